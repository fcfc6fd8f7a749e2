import DDP
import SockJS

/// What runs above a message carrier: an echo, DDP, or something that closes at once.
struct SessionApplication {
    enum Kind: Sendable { case echo, ddp, close }

    enum Output {
        case send(SockJSMessage)
        case close(code: Int, reason: String)
    }

    let kind: Kind
    /// A DDP session's id, which also names the session of a raw WebSocket.
    let id: String
    private let boot: NodeBoot
    private var session: ServerSession
    private var heartbeat: Heartbeat?

    init(_ kind: Kind, boot: NodeBoot) {
        var generator = SystemRandomNumberGenerator()
        self.kind = kind
        self.id = SessionID.random(using: &generator)
        self.boot = boot
        self.session = ServerSession(sessionID: id)
    }

    var wakeAt: ContinuousClock.Instant? { heartbeat?.wakeAt }

    func opened() -> [Output] { kind == .close ? [.close(code: 3000, reason: "Go away!")] : [] }

    mutating func receive(_ message: SockJSMessage, at now: ContinuousClock.Instant) -> [Output] {
        switch kind {
        case .echo: return [.send(message)]
        case .close: return []
        case .ddp:
            heartbeat?.packetReceived()
            let boot = self.boot
            var outputs: [Output] = []
            for action in session.receive(message.string, run: { Self.run($0, boot) }) {
                switch action {
                case .send(let message): outputs.append(.send(SockJSMessage(message.text)))
                case .close: outputs.append(.close(code: 1000, reason: "Normal closure"))
                case .connected(let version):
                    if version != "pre1" { heartbeat = Heartbeat(timing: .meteorServer, at: now) }
                }
            }
            return outputs
        }
    }

    mutating func timerFired(at now: ContinuousClock.Instant) -> [Output] {
        switch heartbeat?.timerFired(at: now) {
        case .ping: return [.send(SockJSMessage(ServerMessage.ping().text))]
        case .timedOut:
            heartbeat = nil
            return [.close(code: 1000, reason: "Normal closure")]
        case .some(.none), nil: return []
        }
    }

    private static func run(_ call: ServerSession.Call, _ boot: NodeBoot) -> ServerSession.Outcome {
        switch call.method {
        case "echo": .returned(call.params.first)
        case "whoami": .returned(["nodeID": .string(boot.nodeID), "bootID": .string(boot.bootID)])
        default: .notFound
        }
    }
}
