public import History

/// A fault of a node in the middle of a run: `kill n2 @20s for 10s`, `slow n1 by 300ms @5s for 10s`.
public struct ScheduledFault: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let fault: NodeFault
    /// Id of the node; nil for the first one.
    public let node: String?
    /// When it begins, from the beginning of the run.
    public let start: Duration
    /// How long it lasts; nil for the rest of the run.
    public let length: Duration?

    private static let form = "FAULT [NODE] [by TIME] @TIME [for TIME], such as \"kill n2 @20s for 10s\""

    /// Reads one.
    public init(_ text: String) throws(ScenarioError) {
        var words = text.split(separator: " ")[...]
        guard let name = words.popFirst(), let kind = FaultKind(rawValue: String(name)) else {
            throw ScenarioError(
                expected: "one of \(FaultKind.allCases.map(\.rawValue).joined(separator: ", ")) first", of: "a fault",
                got: text)
        }
        func time(after word: Substring?) throws(ScenarioError) -> Duration? {
            guard let word, words.first == word else { return nil }
            words.removeFirst()
            guard let time = words.popFirst().flatMap({ TimeText.parse($0) }) else {
                throw ScenarioError(expected: "\(TimeText.forms) behind \(word)", of: "a fault", got: text)
            }
            return time
        }
        let named = words.first.flatMap { $0.hasPrefix("@") || $0 == "by" || $0 == "for" ? nil : $0 }
        if named != nil { words.removeFirst() }
        let delay = try time(after: "by")
        guard let at = words.popFirst(), at.hasPrefix("@"), let start = TimeText.parse(at.dropFirst()) else {
            throw ScenarioError(expected: Self.form, of: "a fault", got: text)
        }
        let length = try time(after: "for")
        guard words.isEmpty else { throw ScenarioError(expected: Self.form, of: "a fault", got: text) }
        let milliseconds = delay.map { Int(($0 / .milliseconds(1)).rounded()) }
        guard let fault = NodeFault(kind, milliseconds: milliseconds), milliseconds == nil || kind == .slow else {
            throw ScenarioError(
                expected: "by TIME, at most 10m, with slow", of: "a fault", got: text)
        }
        self.fault = fault
        self.node = named.map(String.init)
        self.start = start
        self.length = length
    }

    /// When it ends, from the beginning of the run; nil for the end of the run.
    package var end: Duration? { length.map { start + $0 } }

    /// As it is read.
    public var description: String {
        let delay = fault.milliseconds.map { " by \($0)ms" } ?? ""
        return "\(fault.kind)\(node.map { " \($0)" } ?? "")\(delay) @\(TimeText.text(start))"
            + (length.map { " for \(TimeText.text($0))" } ?? "")
    }
}
