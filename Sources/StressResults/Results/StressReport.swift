/// A stress run as its reports tell it: what was measured and found, and what it had to keep.
public struct StressReport: Sendable, Hashable {
    /// Why a run did not come to its end.
    public struct Problem: Codable, Sendable, Hashable {
        /// What a script sees of it.
        public var exitCode: Int32
        /// In words, with what to do.
        public var message: String

        /// A problem.
        public init(exitCode: Int32, message: String) {
            self.exitCode = exitCode
            self.message = message
        }

        /// The exit code of a run that a signal ended.
        public static let interruptedCode: Int32 = 130
    }

    /// A threshold with what was measured.
    public struct JudgedThreshold: Sendable, Hashable {
        /// What must hold.
        public var threshold: Threshold
        /// What was measured, in the unit of the threshold's bound; nil where it could not be.
        public var value: Double?
        /// Whether it holds; never where nothing was measured.
        public var isKept: Bool
    }

    /// What was measured and found.
    public var result: StressResult
    /// What must hold.
    public var thresholds: [Threshold]
    /// Why it did not come to its end; nil if it did.
    public var problem: Problem?
    /// What to change for a kind of violation, by its code: those of the most fundamental cause, where it is known.
    public var remedies: [String: String] = [:]
    /// How many results this one is the sum of; 0 for a run of its own.
    public var mergedFrom: Int

    /// A report.
    public init(_ result: StressResult, thresholds: [Threshold], problem: Problem? = nil, mergedFrom: Int = 0) {
        self.result = result
        self.thresholds = thresholds
        self.problem = problem
        self.mergedFrom = mergedFrom
    }

    /// Each threshold with its value, in their order.
    public var judged: [JudgedThreshold] {
        thresholds.map { threshold in
            // A rate of no time at all is no number.
            let value = result.value(of: threshold.measure).flatMap { $0.isFinite ? $0 : nil }
            return JudgedThreshold(threshold: threshold, value: value, isKept: threshold.holds(value))
        }
    }

    /// What a script should conclude.
    public var conclusion: StressConclusion { result.conclusion(thresholds) }
    /// What a script sees of it.
    public var exitCode: Int32 { problem?.exitCode ?? conclusion.rawValue }
}
