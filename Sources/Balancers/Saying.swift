/// Words by which a balancer itself names what is wrong.
public struct Saying: Sendable, Hashable {
    /// Text that stands in a line of its output or log.
    public var says: String
    /// Name of the cause it speaks of.
    public var cause: String
    /// The lines to write; nil takes those of the cause.
    public var remedy: String?

    /// Words with their cause.
    public init(says: String, cause: String, remedy: String? = nil) {
        self.says = says
        self.cause = cause
        self.remedy = remedy
    }

    /// The list under `sayings`; empty without one.
    static func list(
        _ reader: inout ManifestReader, _ features: KnownFeatures
    ) throws(ManifestError) -> [Saying] {
        guard var entries = try reader.optionalMappings("sayings") else { return [] }
        var sayings: [Saying] = []
        for index in entries.indices {
            let saying = Saying(
                says: try entries[index].text("says"), cause: try entries[index].text("cause"),
                remedy: try entries[index].optionalText("remedy"))
            if let causes = features.causes, !causes.contains(saying.cause) {
                throw entries[index].error(
                    "cause", "no cause is called \"\(saying.cause)\"",
                    remedy: "known: \(causes.sorted().joined(separator: ", "))")
            }
            try entries[index].finish()
            sayings.append(saying)
        }
        return sayings
    }
}
