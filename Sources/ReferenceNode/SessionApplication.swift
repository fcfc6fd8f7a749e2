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
    private var ddp: DDPApplication

    init(_ kind: Kind, boot: NodeBoot) {
        var generator = SystemRandomNumberGenerator()
        self.kind = kind
        self.id = SessionID.random(using: &generator)
        self.ddp = DDPApplication(
            sessionID: id, nodeID: boot.nodeID, bootID: boot.bootID, counts: boot.methodCounts)
    }

    var wakeAt: ContinuousClock.Instant? { ddp.wakeAt }

    mutating func receive(_ message: String, at now: ContinuousClock.Instant) -> [Output] {
        switch kind {
        case .echo: [.send(message)]
        case .ddp: Self.outputs(ddp.receive(message, at: now))
        }
    }

    mutating func timerFired(at now: ContinuousClock.Instant) -> [Output] { Self.outputs(ddp.timerFired(at: now)) }

    private static func outputs(_ outputs: [DDPApplication.Output]) -> [Output] {
        outputs.map { output in
            switch output {
            case .send(let text): .send(text)
            case .close: .close(code: 1000, reason: "Normal closure")
            }
        }
    }
}
