import BenchmarkProcess
import NIOCore

/// A session over HTTP: one connection receives, the other sends.
final class HTTPLoad: LoadSession {
    var handlers: [any ChannelHandler & Closable] { [receiver, sender] }
    private let receiver: HTTPLine
    private let sender: HTTPLine
    private let name: String
    private let load: Load
    private let receiveRequest: ByteBuffer
    private var sequence = EchoSequence()
    private var connected = 0
    private var isOpen = false
    private var isSending = false
    /// What came before the open frame.
    private var prelude = ""

    init(_ name: String, _ load: Load) {
        self.name = name
        self.load = load
        receiver = HTTPLine(load)
        sender = HTTPLine(load)
        receiveRequest = load.plan.transport.receiveRequest(name)
        for line in [receiver, sender] { line.onActive = { [self] in active() } }
        receiver.onEvent = { [self] event in try received(event) }
        sender.onEvent = { [self] event in try sent(event) }
    }

    private func active() {
        connected += 1
        if connected == 2 { receiver.request(receiveRequest) }
    }

    private func received(_ event: ResponseReader.Event) throws {
        switch event {
        case .head(let status): try Self.expect(status, [200])
        case .body(let bytes):
            if isOpen {
                load.echoed(try sequence.receive(bytes))
                proceed()
            } else {
                prelude += String(buffer: bytes)
                isOpen = prelude.contains(load.plan.transport.openFrame)
                if isOpen, !load.plan.transport.polls { proceed() }
            }
        case .end:
            receiver.request(receiveRequest)
            if isOpen { proceed() }
        }
    }

    private func sent(_ event: ResponseReader.Event) throws {
        switch event {
        case .head(let status): try Self.expect(status, [200, 204])
        case .body: break
        case .end:
            isSending = false
            proceed()
        }
    }

    func proceed() {
        guard load.isRunning, isOpen, !isSending, sequence.echoed == sequence.sent else { return }
        isSending = true
        sender.request(load.plan.transport.sendRequest(name, sequence.next(load.plan.batch)))
    }

    private static func expect(_ status: Int, _ expected: [Int]) throws {
        if !expected.contains(status) {
            throw ServerProcess.Failure(description: "expected status \(expected), got \(status)")
        }
    }
}
