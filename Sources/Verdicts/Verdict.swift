public import History

/// The outcome of a case.
public enum Verdict: String, CaseIterable, Codable, Sendable, Hashable {
    /// Something was observed and nothing was wrong.
    case pass
    /// A must was violated.
    case fail
    /// A should was violated.
    case warning
    /// A may was not met.
    case info
    /// The balancer does not claim a feature the case needs.
    case unsupported
    /// What the case needs to see can't be seen at this target.
    case unobservable
    /// Too little was seen, or we ourselves got in the way.
    case inconclusive
}

/// What a checker concludes from a history, before the level of the case is weighed.
public struct Judgement: Sendable, Hashable {
    /// How many separate observations could have shown a violation.
    public var observations: Int
    /// Violations seen.
    public var findings: [Finding]
    /// Why the run can't be trusted to say pass, if so.
    public var doubt: String?
    /// Why what the case asks can't be seen at this target, and what to do about it, if so.
    public var unobservable: String?
    /// Why what the case asks has no meaning for this balancer, as the run itself shows, if so.
    public var unsupported: String?
    /// What was measured, in a few words each, told with a pass.
    public var notes: [String]

    /// A conclusion.
    public init(
        observations: Int, findings: [Finding] = [], doubt: String? = nil, unobservable: String? = nil,
        unsupported: String? = nil, notes: [String] = []
    ) {
        self.observations = observations
        self.findings = findings
        self.doubt = doubt
        self.unobservable = unobservable
        self.unsupported = unsupported
        self.notes = notes
    }

    /// The same without missed deadlines during which our own loops stood still: those become a doubt.
    public func excusingOwnStalls(in history: HistoryView) -> Judgement {
        var excused = self
        excused.findings.removeAll { finding in
            guard let deadline = finding.deadline else { return false }
            let stalled = history.stalled(from: deadline.lowerBound, to: deadline.upperBound)
            guard stalled >= max(Self.stallTolerance, (deadline.upperBound - deadline.lowerBound) / 10) else {
                return false
            }
            excused.doubt =
                "a deadline was missed while our own loops stood still for \(stalled.inWords); run again on a quieter machine"
            return true
        }
        return excused
    }

    /// Standing still for less than this, or for less than a tenth of the deadline, can't be the reason for missing
    /// it: what is awaited takes a small part of the time that is given for it.
    public static let stallTolerance = Duration.milliseconds(500)

    /// One conclusion from several about one history: all that any of them saw, and of each kind of reason the first.
    public static func joining(_ parts: some Sequence<Judgement>) -> Judgement {
        parts.reduce(into: Judgement(observations: 0)) { whole, part in
            whole.observations += part.observations
            whole.findings += part.findings
            whole.doubt = whole.doubt ?? part.doubt
            whole.unobservable = whole.unobservable ?? part.unobservable
            whole.unsupported = whole.unsupported ?? part.unsupported
            whole.notes += part.notes
        }
    }

    /// One conclusion from several about one history.
    public static func joining(_ parts: Judgement...) -> Judgement { joining(parts) }

    /// The verdict on a case of this level, with a reason in words.
    ///
    /// The most binding finding decides, and a violation that was seen counts even in a doubtful run; absence counts only
    /// in a run without doubt and with at least one observation. What can't be seen at this target, or doesn't apply to
    /// it, can't be seen in a better run of it either.
    public func verdict(level: CaseDescription.Level) -> (verdict: Verdict, reason: String) {
        func weight(_ finding: Finding) -> CaseDescription.Level { min(level, finding.code.greatestLevel) }
        if let greatest = findings.map(weight).max(), let first = findings.first(where: { weight($0) == greatest }) {
            let verdict: Verdict =
                switch greatest {
                case .must: .fail
                case .should: .warning
                case .may: .info
                }
            let more = findings.count > 1 ? " (and \(findings.count - 1) more)" : ""
            return (verdict, first.message + more)
        }
        if let unsupported { return (.unsupported, unsupported) }
        if let unobservable { return (.unobservable, unobservable) }
        if let doubt { return (.inconclusive, doubt) }
        if observations == 0 { return (.inconclusive, "nothing was observed") }
        let count = observations == 1 ? "1 observation" : "\(observations) observations"
        return (.pass, ([count] + notes).joined(separator: "; "))
    }
}
