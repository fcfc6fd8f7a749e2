import DDP
import SockJS

/// What runs above a message carrier: an echo, or DDP.
struct SessionApplication {
    enum Kind: Sendable { case echo, ddp }

    enum Output {
        case send(String)
        case close(code: Int, reason: String)
    }

    let kind: Kind
    /// A DDP session's id, which also names the session of a raw WebSocket.
    let id: String
    private let boot: NodeBoot
    private var session: ServerSession

    init(_ kind: Kind, boot: NodeBoot) {
        var generator = SystemRandomNumberGenerator()
        self.kind = kind
        self.id = SessionID.random(using: &generator)
        self.boot = boot
        self.session = ServerSession(sessionID: id)
    }

    var wakeAt: ContinuousClock.Instant? { session.wakeAt }

    mutating func receive(_ message: String, at now: ContinuousClock.Instant) -> [Output] {
        switch kind {
        case .echo: return [.send(message)]
        case .ddp: return outputs(of: session.receive(message, at: now))
        }
    }

    mutating func timerFired(at now: ContinuousClock.Instant) -> [Output] { outputs(of: session.timerFired(at: now)) }

    private mutating func outputs(of actions: [ServerSession.Action]) -> [Output] {
        var outputs: [Output] = []
        var pending = actions[...]
        while let action = pending.popFirst() {
            switch action {
            case .send(let message): outputs.append(.send(message.text))
            case .close: outputs.append(.close(code: 1000, reason: "Normal closure"))
            case .run(let call): pending += session.finish(call.ticket, Self.run(call, boot))
            case .publish(let subscription):
                pending += session.stop(subscription.ticket, error: .subscriptionNotFound(subscription.name))
            case .connected, .stopped: continue
            }
        }
        return outputs
    }

    private static func run(_ call: ServerSession.Call, _ boot: NodeBoot) -> ServerSession.Outcome {
        switch call.method {
        case "echo": .returned(call.params.first)
        case "whoami": .returned(["nodeID": .string(boot.nodeID), "bootID": .string(boot.bootID)])
        default: .notFound
        }
    }
}
