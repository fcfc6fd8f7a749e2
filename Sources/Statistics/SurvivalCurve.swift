/// How long something takes, such as a client's way back after a fault, where some were not seen to the end: Kaplan and
/// Meier's estimate.
///
/// Those that never came count in full until they were last seen, and are not taken for slow or fast ones.
package struct SurvivalCurve: Sendable, Hashable {
    /// What is known of one.
    package enum Observation: Sendable, Hashable {
        /// It took this long.
        case came(after: Duration)
        /// It had not come yet when the run ended, or nobody looked any more.
        case unseen(since: Duration)
    }

    /// How many have come by then, as a fraction of all.
    package struct Step: Sendable, Hashable {
        /// When one or more came.
        package var time: Duration
        /// 0 to 1.
        package var fraction: Double
    }

    /// How many were observed.
    package let count: Int
    /// How many of them never came.
    package let neverCount: Int
    /// Where the estimate rises, earliest first.
    package let steps: [Step]

    /// The curve of these.
    package init(_ observations: some Sequence<Observation>) {
        var (came, unseen): ([Duration: Int], [Duration]) = ([:], [])
        for observation in observations {
            switch observation {
            case .came(let time): came[time, default: 0] += 1
            case .unseen(let time): unseen.append(time)
            }
        }
        unseen.sort()
        count = came.values.reduce(unseen.count, +)
        neverCount = unseen.count
        var atRisk = count
        var waiting = 1.0
        var left = unseen[...]
        var steps: [Step] = []
        for (time, number) in came.sorted(by: { $0.key < $1.key }) {
            // Whoever is last seen at this very time could still have come.
            let gone = left.prefix { $0 < time }.count
            left.removeFirst(gone)
            atRisk -= gone
            waiting *= Double(atRisk - number) / Double(atRisk)
            atRisk -= number
            steps.append(Step(time: time, fraction: 1 - waiting))
        }
        self.steps = steps
    }

    /// When this fraction, 0 to 1, of all has come; nil where it never did.
    package func quantile(_ fraction: Double) -> Duration? {
        // A product of fractions may be off by its last digits, which must not pass over a step.
        steps.first { $0.fraction >= fraction - 1e-9 }?.time
    }

    /// What fraction has come by then; nil where nobody was observed.
    package func fraction(by time: Duration) -> Double? {
        guard count > 0 else { return nil }
        return steps.last { $0.time <= time }?.fraction ?? 0
    }
}
