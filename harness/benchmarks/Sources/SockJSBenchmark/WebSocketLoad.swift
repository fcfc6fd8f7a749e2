import BenchmarkProcess
import NIOCore
import WebSocketCodec

/// A session over WebSocket; each message is a frame of its own, as sockjs-client sends them.
final class WebSocketLoad: ChannelInboundHandler, LoadSession, Closable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var handlers: [any ChannelHandler & Closable] { [self] }
    private let name: String
    private let load: Load
    private var sequence = EchoSequence()
    private var connection = WebSocketConnection(HandshakeAgreement(role: .client))
    private var head: ByteBuffer? = ByteBuffer()
    private var isOpen = false
    private var context: ChannelHandlerContext?

    init(_ name: String, _ load: Load) {
        self.name = name
        self.load = load
    }

    func close() { context?.close(promise: nil) }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        context.writeAndFlush(wrapOutboundOut(load.plan.transport.receiveRequest(name)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do {
            if var head {
                head.writeBuffer(&bytes)
                self.head = head
                guard let length = head.distance(to: "\r\n\r\n") else { return }
                guard head.distance(to: "HTTP/1.1 101 ") == 0 else {
                    throw ServerProcess.Failure(description: "expected 101, got \(String(buffer: head))")
                }
                head.moveReaderIndex(forwardBy: length + 4)
                bytes = head
                self.head = nil
            }
            connection.receive(bytes)
            while let event = connection.nextEvent() { try receive(event) }
        } catch {
            load.fail(error)
        }
        flush()
    }

    func proceed() {
        sendNext()
        flush()
    }

    private func receive(_ event: WebSocketEvent) throws {
        guard case .text(let text) = event else {
            throw ServerProcess.Failure(description: "expected a text message, got \(event)")
        }
        if isOpen { load.echoed(try sequence.receive(text)) } else { isOpen = text.distance(to: "o") == 0 }
        sendNext()
    }

    private func sendNext() {
        guard load.isRunning, isOpen, sequence.echoed == sequence.sent else { return }
        for message in sequence.next(load.plan.batch) { try? connection.sendText(LoadTransport.array([message])) }
    }

    private func flush() {
        guard let context, let output = connection.takeOutput() else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        load.fail(ServerProcess.Failure(description: "expected the connection to stay, the server closed it"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { load.fail(error) }
}
