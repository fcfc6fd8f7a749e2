/// A length of time as scenarios write it: `250ms`, `30s`, `1.5s`, `5m`, `2h`.
enum TimeText {
    static let forms = "a time such as 250ms, 30s, 5m or 2h"
    private static let units: [(name: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600)]
    /// A day, beyond which no run goes.
    private static let limit = 86_400.0

    /// The time in this text, 0 to a day; nil if it is none.
    static func parse(_ text: some StringProtocol) -> Duration? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count)
        guard let factor = units.first(where: { $0.name == unit })?.seconds, let count = Double(number),
            count.isFinite, count * factor <= limit
        else { return nil }
        return .seconds(count * factor)
    }

    /// The shortest text that means this time.
    static func text(_ duration: Duration) -> String {
        let milliseconds = Int((duration / .milliseconds(1)).rounded())
        if milliseconds % 1_000 != 0 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1_000
        if seconds >= 60, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}

/// A length of time of a scenario.
public struct ScenarioTime: Sendable, Hashable {
    /// 0 to a day.
    public let duration: Duration

    /// Reads a time such as `250ms`, `30s`, `5m` or `2h`.
    public init(_ text: String, of what: String = "a time") throws(ScenarioError) {
        guard let duration = TimeText.parse(text) else {
            throw ScenarioError(expected: TimeText.forms, of: what, got: text)
        }
        self.duration = duration
    }
}
