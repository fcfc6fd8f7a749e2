/// How long a client waits between an answer and its next message.
public enum ThinkTime: Sendable, Hashable, CustomStringConvertible {
    /// Always this long: `1s`.
    case fixed(Duration)
    /// Drawn, exponentially distributed with this mean: `exp:1s`.
    case exponential(mean: Duration)

    /// Reads either form.
    public init(_ text: String) throws(ScenarioError) {
        let isDrawn = text.hasPrefix("exp:")
        guard let time = TimeText.parse(isDrawn ? text.dropFirst(4) : text[...]) else {
            throw ScenarioError(expected: "\(TimeText.forms), or exp: before it", of: "the think time", got: text)
        }
        self = isDrawn ? .exponential(mean: time) : .fixed(time)
    }

    /// A time to wait.
    package func draw(using generator: inout some RandomNumberGenerator) -> Duration {
        switch self {
        case .fixed(let time): time
        case .exponential(let mean):
            mean * -Double.random(in: Double.leastNonzeroMagnitude...1, using: &generator).logarithm
        }
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .fixed(let time): TimeText.text(time)
        case .exponential(let mean): "exp:\(TimeText.text(mean))"
        }
    }
}
