package import Claims

/// One configuration of a balancer that ships with its manifest.
package struct BalancerVariant: Sendable, Hashable {
    /// Name by which `--config` selects it.
    package var name: String
    /// File name of its template, in the folder of the manifest.
    package var file: String
    /// Further files that it needs: the name in `{{dir}}`, and the template in the folder of the manifest.
    package var files: [String: String]
    /// One line for people.
    package var summary: String
    /// Whether it gives what the manifest claims; a wrong one keeps the claims and is expected to fail.
    package var isCorrect: Bool
    /// What its affinity keeps together; a wrong one may leave it out, and is held to the default variant's.
    package var scope: AffinityScope?
    /// Features that this variant leaves out beyond those of the balancer; empty for a wrong one.
    package var unclaimed: [Feature: ClaimSheet.Omission]
}
