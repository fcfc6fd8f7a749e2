import Clocks
import DDP
import SockJS

/// What runs above a message carrier: an echo, DDP, or something that closes at once.
struct SessionApplication {
    enum Kind: Sendable, Hashable {
        case echo, close
        /// DDP whose server pings by this heartbeat.
        case ddp(Heartbeat.Timing)
    }

    enum Output {
        case send(SockJSMessage)
        case close(code: Int, reason: String)
    }

    let kind: Kind
    /// A DDP session's id, which also names the session of a raw WebSocket.
    let id: String
    private var ddp: DDPApplication

    init(_ kind: Kind, boot: NodeBoot) {
        var generator = SystemRandomNumberGenerator()
        self.kind = kind
        self.id = SessionID.random(using: &generator)
        self.ddp = DDPApplication(
            sessionID: id, nodeID: boot.nodeID, bootID: boot.bootID, counts: boot.methodCounts,
            heartbeat: kind.heartbeat)
    }

    var wakeAt: MonotonicClock.Instant? { ddp.wakeAt }

    func opened() -> [Output] { kind == .close ? [.close(code: 3000, reason: "Go away!")] : [] }

    mutating func receive(_ message: SockJSMessage, at now: MonotonicClock.Instant) -> [Output] {
        switch kind {
        case .echo: [.send(message)]
        case .close: []
        case .ddp: Self.outputs(ddp.receive(message.string, at: now))
        }
    }

    mutating func timerFired(at now: MonotonicClock.Instant) -> [Output] { Self.outputs(ddp.timerFired(at: now)) }

    private static func outputs(_ outputs: [DDPApplication.Output]) -> [Output] {
        outputs.map { output in
            switch output {
            case .send(let text): .send(SockJSMessage(text))
            case .close: .close(code: 1000, reason: "Normal closure")
            }
        }
    }
}

extension SessionApplication.Kind {
    /// When a server of this kind pings; nil where nothing is to be pinged.
    fileprivate var heartbeat: Heartbeat.Timing? {
        if case .ddp(let timing) = self { return timing }
        return nil
    }
}
