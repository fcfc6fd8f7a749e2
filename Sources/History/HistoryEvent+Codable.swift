extension HistoryEvent: Codable {
    private enum Key: String, CodingKey { case time = "t", actor, kind }

    private enum Name: String, Codable {
        case bench
        case phase
        case faultInjected = "fault-injected"
        case faultHealed = "fault-healed"
        case operationBegun = "operation-begun"
        case operationDone = "operation-done"
        case stall
        case shortage
        case balancerOutput = "balancer-output"
        case balancerOutputDropped = "balancer-output-dropped"
        case balancerEnded = "balancer-ended"
        case caseEnded = "case-ended"
        case requestSent = "request-sent"
        case responseReceived = "response-received"
        case requestFailed = "request-failed"
        case cookieWithheld = "cookie-withheld"
        case sessionNamed = "session-named"
        case sessionOpened = "session-opened"
        case sessionClosed = "session-closed"
        case transportAttempted = "transport-attempted"
        case scriptStep = "script-step"
        case messageSent = "message-sent"
        case messageReceived = "message-received"
        case frameReceived = "frame-received"
        case nodeStarted = "node-started"
        case requestExecuted = "request-executed"
        case messageExecuted = "message-executed"
        case logTruncated = "log-truncated"
    }

    /// Reads it as it stands in a file.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.time = try container.decode(HistoryTime.self, forKey: .time)
        self.actor = try container.decode(HistoryActor.self, forKey: .actor)
        self.kind =
            switch try container.decode(Name.self, forKey: .kind) {
            case .bench: .bench(try BenchFacts(from: decoder))
            case .phase: .phase(try Phase(from: decoder))
            case .faultInjected: .faultInjected(try Fault(from: decoder))
            case .faultHealed: .faultHealed(try Fault(from: decoder))
            case .operationBegun: .operationBegun(try Operation(from: decoder))
            case .operationDone: .operationDone(try Operation(from: decoder))
            case .stall: .stall(try Stall(from: decoder))
            case .shortage: .shortage(try Shortage(from: decoder))
            case .balancerOutput: .balancerOutput(try BalancerOutput(from: decoder))
            case .balancerOutputDropped: .balancerOutputDropped(try BalancerOutputDropped(from: decoder))
            case .balancerEnded: .balancerEnded(try BalancerEnded(from: decoder))
            case .caseEnded: .caseEnded(try CaseEnd(from: decoder))
            case .requestSent: .requestSent(try RequestSent(from: decoder))
            case .responseReceived: .responseReceived(try ResponseReceived(from: decoder))
            case .requestFailed: .requestFailed(try RequestFailed(from: decoder))
            case .cookieWithheld: .cookieWithheld(try CookieWithheld(from: decoder))
            case .sessionNamed: .sessionNamed(try SessionNamed(from: decoder))
            case .sessionOpened: .sessionOpened(try SessionOpened(from: decoder))
            case .sessionClosed: .sessionClosed(try SessionClosed(from: decoder))
            case .transportAttempted: .transportAttempted(try TransportAttempted(from: decoder))
            case .scriptStep: .scriptStep(try ScriptStep(from: decoder))
            case .messageSent: .messageSent(try Message(from: decoder))
            case .messageReceived: .messageReceived(try Message(from: decoder))
            case .frameReceived: .frameReceived(try FrameReceived(from: decoder))
            case .nodeStarted: .nodeStarted(try NodeStarted(from: decoder))
            case .requestExecuted: .requestExecuted(try RequestExecuted(from: decoder))
            case .messageExecuted: .messageExecuted(try MessageExecuted(from: decoder))
            case .logTruncated: .logTruncated(try LogTruncated(from: decoder))
            }
    }

    /// Writes it as it stands in a file.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(time, forKey: .time)
        try container.encode(actor, forKey: .actor)
        let (name, payload): (Name, any Encodable) =
            switch kind {
            case .bench(let payload): (.bench, payload)
            case .phase(let payload): (.phase, payload)
            case .faultInjected(let payload): (.faultInjected, payload)
            case .faultHealed(let payload): (.faultHealed, payload)
            case .operationBegun(let payload): (.operationBegun, payload)
            case .operationDone(let payload): (.operationDone, payload)
            case .stall(let payload): (.stall, payload)
            case .shortage(let payload): (.shortage, payload)
            case .balancerOutput(let payload): (.balancerOutput, payload)
            case .balancerOutputDropped(let payload): (.balancerOutputDropped, payload)
            case .balancerEnded(let payload): (.balancerEnded, payload)
            case .caseEnded(let payload): (.caseEnded, payload)
            case .requestSent(let payload): (.requestSent, payload)
            case .responseReceived(let payload): (.responseReceived, payload)
            case .requestFailed(let payload): (.requestFailed, payload)
            case .cookieWithheld(let payload): (.cookieWithheld, payload)
            case .sessionNamed(let payload): (.sessionNamed, payload)
            case .sessionOpened(let payload): (.sessionOpened, payload)
            case .sessionClosed(let payload): (.sessionClosed, payload)
            case .transportAttempted(let payload): (.transportAttempted, payload)
            case .scriptStep(let payload): (.scriptStep, payload)
            case .messageSent(let payload): (.messageSent, payload)
            case .messageReceived(let payload): (.messageReceived, payload)
            case .frameReceived(let payload): (.frameReceived, payload)
            case .nodeStarted(let payload): (.nodeStarted, payload)
            case .requestExecuted(let payload): (.requestExecuted, payload)
            case .messageExecuted(let payload): (.messageExecuted, payload)
            case .logTruncated(let payload): (.logTruncated, payload)
            }
        try container.encode(name, forKey: .kind)
        try payload.encode(to: encoder)
    }
}
