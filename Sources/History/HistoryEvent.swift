import Clocks

/// One thing that happened in a run, as one line of the history file.
public struct HistoryEvent: Sendable, Hashable {
    /// When it happened.
    public var time: HistoryTime
    /// Who saw it.
    public var actor: HistoryActor
    /// What it was.
    public var kind: Kind

    /// An event of `actor`, now unless told otherwise.
    public init(time: HistoryTime = .now, actor: HistoryActor, kind: Kind) {
        self.time = time
        self.actor = actor
        self.kind = kind
    }

    /// What happened. The raw name of each kind in the file is its name in kebab case.
    public enum Kind: Sendable, Hashable {
        // Seen by the lab.
        case bench(BenchFacts)
        case phase(Phase)
        case faultInjected(Fault)
        case faultHealed(Fault)
        case operationBegun(Operation)
        case operationDone(Operation)
        case stall(Stall)
        case shortage(Shortage)
        case balancerOutput(BalancerOutput)
        case balancerOutputDropped(BalancerOutputDropped)
        case balancerEnded(BalancerEnded)
        case caseEnded(CaseEnd)

        // Seen by a virtual client.
        case requestSent(RequestSent)
        case responseReceived(ResponseReceived)
        case requestFailed(RequestFailed)
        case cookieWithheld(CookieWithheld)
        case sessionNamed(SessionNamed)
        case sessionOpened(SessionOpened)
        case sessionClosed(SessionClosed)
        case transportAttempted(TransportAttempted)
        case scriptStep(ScriptStep)
        case messageSent(Message)
        case messageReceived(Message)
        case frameReceived(FrameReceived)

        // Seen by a node.
        case nodeStarted(NodeStarted)
        case requestExecuted(RequestExecuted)
        case messageExecuted(MessageExecuted)
        case logTruncated(LogTruncated)
    }
}

/// Who recorded an event.
public enum HistoryActor: Sendable, Hashable {
    /// The bench itself.
    case lab
    /// A virtual client, by its name in the run.
    case client(String)
    /// A node, by its `nodeID`.
    case node(String)
}

extension HistoryActor: Codable {
    /// Reads it as it stands in a file.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("lab", 1): self = .lab
        case ("client", 2): self = .client(String(parts[1]))
        case ("node", 2): self = .node(String(parts[1]))
        default:
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "actor is \"\(text)\", expected lab, client/NAME or node/ID"))
        }
    }

    /// Writes it as it stands in a file.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension HistoryActor: CustomStringConvertible {
    /// In words, for people.
    public var description: String {
        switch self {
        case .lab: "lab"
        case .client(let name): "client/\(name)"
        case .node(let id): "node/\(id)"
        }
    }
}
