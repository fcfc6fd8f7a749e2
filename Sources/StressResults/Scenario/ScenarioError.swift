/// Why a text is no part of a scenario: what was expected, and what came.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In a sentence, for people.
    public let description: String

    init(_ description: String) { self.description = description }

    init(expected: String, of what: String, got text: some StringProtocol) {
        self.init("expected \(expected) for \(what), got \"\(text.prefix(64))\"")
    }
}
