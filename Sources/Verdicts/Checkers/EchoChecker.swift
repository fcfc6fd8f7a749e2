import Claims
public import History

/// Every numbered message comes back once, unaltered and in order, on the connection it went out on.
public struct EchoChecker: HistoryChecker {
    /// Code for a message whose bytes differ.
    public var altered: FindingCode

    /// A checker that reports altered bytes under this code.
    public init(altered: FindingCode = .messageAltered) { self.altered = altered }

    /// Judges each connection of each session for itself; numbers don't repeat within one.
    public func judge(_ history: HistoryView) -> Judgement {
        var traces: [EchoTrace.Connection: EchoTrace] = [:]
        var order: [EchoTrace.Connection] = []
        func follow(_ session: String, _ epoch: Int, _ act: (inout EchoTrace) -> Void) {
            let connection = EchoTrace.Connection(session: session, epoch: epoch)
            if traces[connection] == nil { order.append(connection) }
            act(&traces[connection, default: EchoTrace(session: session, altered: altered)])
        }
        for event in history.events {
            switch event.kind {
            case .messageSent(let message):
                follow(message.session, message.epoch) { $0.send(message, at: event.time) }
            case .messageReceived(let message):
                follow(message.session, message.epoch) { $0.receive(message, history.evidence(event)) }
            case .sessionClosed(let closed):
                follow(closed.session, closed.epoch) { $0.close(at: event.time) }
            default: break
            }
        }
        return .joining(order.compactMap { traces[$0]?.judgement })
    }
}

extension FindingCode {
    /// A message arrived that was not sent so.
    public static let messageAltered = FindingCode("message-altered", .rewriting)
}
