/// How the run of a case ended: the last thing recorded of it, and the only one of a case that did not run.
public struct CaseEnd: Sendable, Hashable {
    /// How.
    public enum Ending: Sendable, Hashable {
        /// The workload came to its end.
        case completed
        /// It did not, for this reason: an interruption, a limit, an error of our own.
        case cutOff(String)
        /// The balancer served nobody, in these words.
        case unserved(String)
        /// The bench failed, and what it had recorded is lost.
        case broken(String)
        /// The case does not apply to the balancer, for this reason.
        case unsupported(String)
    }

    /// How it ended.
    public var ending: Ending
    /// How long it ran, in seconds.
    public var seconds: Double
    /// What kept an earlier run of the case in the same run from deciding anything, if this is its second one.
    public var earlier: String?

    /// An end after so long.
    public init(_ ending: Ending, seconds: Double = 0, earlier: String? = nil) {
        self.ending = ending
        self.seconds = seconds
        self.earlier = earlier
    }
}

extension CaseEnd: Codable {
    private enum Key: String, CodingKey { case ending, reason, seconds, earlier }

    private enum Name: String, Codable {
        case completed
        case cutOff = "cut-off"
        case unserved, broken, unsupported
    }

    /// Reads it as it stands in a file.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func reason() throws -> String { try container.decode(String.self, forKey: .reason) }
        ending =
            switch try container.decode(Name.self, forKey: .ending) {
            case .completed: .completed
            case .cutOff: .cutOff(try reason())
            case .unserved: .unserved(try reason())
            case .broken: .broken(try reason())
            case .unsupported: .unsupported(try reason())
            }
        seconds = try container.decode(Double.self, forKey: .seconds)
        earlier = try container.decodeIfPresent(String.self, forKey: .earlier)
    }

    /// Writes it as it stands in a file.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let (name, reason): (Name, String?) =
            switch ending {
            case .completed: (.completed, nil)
            case .cutOff(let reason): (.cutOff, reason)
            case .unserved(let reason): (.unserved, reason)
            case .broken(let reason): (.broken, reason)
            case .unsupported(let reason): (.unsupported, reason)
            }
        try container.encode(name, forKey: .ending)
        try container.encodeIfPresent(reason, forKey: .reason)
        try container.encode(seconds, forKey: .seconds)
        try container.encodeIfPresent(earlier, forKey: .earlier)
    }
}

extension RunHistory {
    /// How the run of the case ended; nil where the record breaks off.
    public var end: CaseEnd? {
        guard case .caseEnded(let end)? = events.last?.kind else { return nil }
        return end
    }

    /// The same with its end.
    public func ended(_ ending: CaseEnd.Ending, seconds: Double = 0, earlier: String? = nil) -> RunHistory {
        let end = CaseEnd(ending, seconds: seconds, earlier: earlier)
        return RunHistory(events: events + [HistoryEvent(actor: .lab, kind: .caseEnded(end))])
    }
}
