package import Claims

/// What `harness/balancers/<name>/balancer.yml` says about a balancer: how to run it, and what it claims.
package struct BalancerManifest: Sendable, Hashable {
    /// Name of the folder and value of `--balancer`.
    package var name: String
    /// Name for people.
    package var title: String
    /// File name of the program, looked up in PATH, then in `/usr/sbin` and `/usr/local/sbin`.
    package var binary: String
    /// The Debian package that brings it.
    package var package: String
    /// How to ask for the version.
    package var version: VersionQuery
    /// Arguments that run it in the foreground; `{{config}}` and `{{dir}}` are replaced.
    package var start: [String]
    /// Arguments that only check the configuration; empty when the balancer has no such mode.
    package var check: [String]
    /// The log it writes beside what it prints, `{{dir}}/…`; nil for none.
    package var log: String?
    /// From the start to the first accepted connection, and for each command that is to end by itself, at most.
    package var startPatience: Duration
    /// First words of the directives that put it into the background or keep it out; ``start`` decides that.
    package var background: [String]
    /// First words of the directives that set how long something may be idle.
    package var idleTimes: [String]
    /// How a template writes an address, for messages.
    package var placeholders: PlaceholderExamples
    /// Name of the variant that is used when none is asked for; a correct one.
    package var defaultVariant: String
    /// Claimed feature → directive that gives it.
    package var directives: [Feature: String]
    /// Cause or code of a finding → the lines to write, in the language of the balancer's configuration; comments in it
    /// say where they belong.
    package var remedies: [String: String]
    /// What it says when something is wrong, most telling first.
    package var sayings: [ClaimSheet.Saying]
    /// Extended features that no variant has.
    package var unclaimed: [Feature: ClaimSheet.Omission]
    /// Where a session is after its node died and came back, and how long faults may stay unnoticed.
    package var faults: FaultClaims
    /// The configurations that ship with it, in the order of the file.
    package var variants: [BalancerVariant]
    /// The folder the manifest was read from.
    package var directory: String

    /// Arguments that make the program tell its version, and the text that precedes the version in what it prints.
    package struct VersionQuery: Sendable, Hashable {
        /// Arguments of the program.
        package var arguments: [String]
        /// The version is what follows this text, up to white space.
        package var after: String
    }

    /// Lines that show how this balancer's configuration writes the listen address and a node.
    package struct PlaceholderExamples: Sendable, Hashable {
        /// Contains `{{listen}}`.
        package var listen: String
        /// Contains `{{node1}}`.
        package var node: String

        /// Examples for messages.
        package init(listen: String, node: String) {
            self.listen = listen
            self.node = node
        }
    }

    /// The variant of that name, or the default one for nil; an unknown name is an error that lists the known.
    package func variant(_ name: String?) throws(CatalogError) -> BalancerVariant {
        let wanted = name ?? defaultVariant
        guard let variant = variants.first(where: { $0.name == wanted }) else {
            throw .unknownVariant(wanted, balancer: self.name, known: variants.map(\.name))
        }
        return variant
    }

    /// What a variant is held to. A wrong one, and a user's own configuration (nil), are held to the default variant's
    /// features; of their affinity and of how soon they notice faults nobody said anything.
    package func claims(of variant: BalancerVariant?) throws(CatalogError) -> ClaimSheet {
        let standard = try self.variant(nil)
        let correct = variant.flatMap { $0.isCorrect ? $0 : nil }
        let left = (correct ?? standard).unclaimed
        return ClaimSheet(
            directives: directives.filter { left[$0.key] == nil },
            omissions: unclaimed.merging(left) { _, variants in variants },
            scope: correct?.scope, faults: correct == nil ? nil : faults, remedies: remedies, sayings: sayings)
    }

    /// Reads the template of a variant.
    package func template(of variant: BalancerVariant) throws(CatalogError) -> ConfigTemplate {
        try ConfigTemplate(contentsOf: "\(directory)/\(variant.file)", examples: placeholders)
    }
}
