/// Why a text is no part of a scenario: what was expected, and what came.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In a sentence, for people.
    public let description: String

    init(_ description: String) { self.description = description }

    package init(missing what: String) { self.init("a scenario needs \(what)") }

    package init(contradiction one: String, and other: String) {
        self.init("a scenario has either \(one) or \(other); leave one of them out")
    }

    init(expected: String, of what: String, got text: some StringProtocol) {
        self.init("expected \(expected) for \(what), got \"\(text.prefix(64))\"")
    }
}
