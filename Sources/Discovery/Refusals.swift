/// Records of the registry that are not used, and why.
package struct Refusals: Hashable, Sendable {
    /// Most of them that are told.
    package static let told = 8

    /// How many there were.
    package private(set) var count = 0
    /// The first of them.
    package private(set) var examples: [RecordError] = []

    mutating func add(_ error: RecordError) {
        count += 1
        if examples.count < Self.told { examples.append(error) }
    }
}
