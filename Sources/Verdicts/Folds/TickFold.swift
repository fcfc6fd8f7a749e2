/// The ticks of a subscription, as heard on one connection: a ``CounterFold`` that waits for one more tick before it takes
/// one that was passed over for lost, since it may have been overtaken.
package struct TickFold: Sendable {
    private var counter = CounterFold()
    private var gap: (number: Int, violation: CounterViolation)?

    /// Nothing heard so far.
    package init() {}

    /// Whether one was passed over that may still come.
    package var isWaiting: Bool { gap != nil }

    /// The next tick is heard. What is wrong may be of the one before.
    package mutating func hear(_ number: Int) -> CounterViolation? {
        let violation = counter.hear(number)
        if let (missing, loss) = gap {
            gap = nil
            if case .wentBack(missing, _) = violation { return violation }
            return loss
        }
        guard case .skipped(let to, let before) = violation, to == before + 2 else { return violation }
        gap = (before + 1, .skipped(to: to, after: before))
        return nil
    }

    /// Nothing more comes: what is still missing is lost.
    package mutating func drain() -> CounterViolation? {
        defer { gap = nil }
        return gap?.violation
    }
}
