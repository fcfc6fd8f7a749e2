/// How many messages a second leave at each moment of a run, from all clients together: a rate, or stages of steps, slopes
/// and spikes, such as `100 for 30s, 2000 for 5s, 100`.
public struct LoadProfile: Sendable, Hashable, CustomStringConvertible {
    /// A stretch of the run.
    public struct Stage: Sendable, Hashable {
        /// How the rate comes to be.
        public enum Change: String, Sendable, Hashable {
            /// At once, and it holds: `100 for 30s`.
            case step = "for"
            /// Evenly, over the stage, from the one before; from 0 at the start of a run: `100 over 30s`.
            case slope = "over"
        }

        /// Messages a second, at the end of the stage.
        public var rate: Double
        /// How it comes to be.
        public var change: Change
        /// How long the stage lasts; nil for the rest of the run.
        public var length: Duration?
    }

    /// Most messages a second.
    public static let rateLimit = 10_000_000.0
    /// Most stages.
    public static let stageLimit = 1_000

    /// The stages in their order; behind the last one its rate goes on.
    public let stages: [Stage]

    /// One rate all through a run, above 0 and up to ``rateLimit``.
    public init(messagesPerSecond rate: Double) {
        stages = [Stage(rate: min(max(rate, .leastNormalMagnitude), Self.rateLimit), change: .step, length: nil)]
    }

    /// So many messages a second from each client.
    package init(perClient rate: Double, clients: Int) throws(ScenarioError) {
        let all = rate * Double(clients)
        guard rate > 0, all <= Self.rateLimit else {
            throw ScenarioError(
                expected: "more than 0, and at most \(Int(Self.rateLimit)) from all together,",
                of: "the rate of a client",
                got: "\(rate)")
        }
        self.init(messagesPerSecond: all)
    }

    private static let form =
        "messages a second such as 5000, or stages such as \"100 for 30s, 2000 over 10s, 2000 for 5s, 100\""

    /// Reads a rate, or stages with commas between them.
    public init(_ text: some StringProtocol) throws(ScenarioError) {
        var stages: [Stage] = []
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let words = part.split(separator: " ")
            guard let rate = words.first.flatMap({ Double($0) }), (0...Self.rateLimit).contains(rate) else {
                throw ScenarioError(expected: Self.form, of: "the rate", got: text)
            }
            var stage = Stage(rate: rate, change: .step, length: nil)
            if words.count == 3, let change = Stage.Change(rawValue: String(words[1])),
                let length = TimeText.parse(words[2])
            {
                stage.change = change
                stage.length = length
            } else if words.count > 1 || index < parts.count - 1 {
                throw ScenarioError(expected: Self.form, of: "the rate", got: text)
            }
            stages.append(stage)
        }
        guard stages.count <= Self.stageLimit, stages.contains(where: { $0.rate > 0 }) else {
            throw ScenarioError(
                expected: "at most \(Self.stageLimit) stages, one of them above 0", of: "the rate", got: text)
        }
        self.stages = stages
    }

    /// As it is read.
    public var description: String {
        stages.map { stage in
            let rate = stage.rate == stage.rate.rounded() ? "\(Int(stage.rate))" : "\(stage.rate)"
            return stage.length.map { "\(rate) \(stage.change.rawValue) \(TimeText.text($0))" } ?? rate
        }.joined(separator: ", ")
    }

    /// How many messages have left up to a moment, from the beginning of the run.
    package func messages(until moment: Duration) -> Double {
        var (count, rate, start) = (0.0, 0.0, 0.0)
        let end = moment / .seconds(1)
        for stage in stages {
            let length = stage.seconds
            guard start < end else { break }
            let part = min(length, end - start)
            count += stage.messages(after: part, from: rate)
            rate = stage.rate
            start += length
        }
        return start < end && start.isFinite ? count + rate * (end - start) : count
    }

    /// When so many messages have left, from the beginning of the run; nil where it never comes to so many.
    package func moment(ofMessages wanted: Double) -> Duration? {
        var (count, rate, start) = (0.0, 0.0, 0.0)
        for stage in stages {
            let whole = stage.messages(after: stage.seconds, from: rate)
            if count + whole >= wanted {
                return stage.seconds(forMessages: wanted - count, from: rate).map { .seconds(start + $0) }
            }
            count += whole
            rate = stage.rate
            start += stage.seconds
        }
        return rate > 0 ? .seconds(start + (wanted - count) / rate) : nil
    }
}

extension LoadProfile.Stage {
    fileprivate var seconds: Double { length.map { $0 / .seconds(1) } ?? .infinity }

    /// Messages in its first seconds.
    fileprivate func messages(after seconds: Double, from before: Double) -> Double {
        switch change {
        case .slope where length != nil && self.seconds > 0:
            before * seconds + (rate - before) * seconds * seconds / (2 * self.seconds)
        case .step, .slope: rate == 0 || seconds == 0 ? 0 : rate * seconds
        }
    }

    /// After how many seconds of it so many messages have left; nil if they never do.
    fileprivate func seconds(forMessages wanted: Double, from before: Double) -> Double? {
        guard wanted > 0 else { return 0 }
        guard change == .slope, length != nil, seconds > 0 else { return rate > 0 ? wanted / rate : nil }
        // before·t + growth·t²/2 = wanted, in the form that loses nothing to cancellation.
        let growth = (rate - before) / seconds
        let root = max(0, before * before + 2 * growth * wanted).squareRoot()
        return before + root > 0 ? min(seconds, 2 * wanted / (before + root)) : nil
    }
}
