import BenchmarkProcess
import NIOCore

/// One connection that stays open, with one request at a time.
final class HTTPLine: ChannelInboundHandler, Closable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var onActive: (() -> Void)?
    var onEvent: ((ResponseReader.Event) throws -> Void)?
    private let load: Load
    private var reader = ResponseReader()
    private var context: ChannelHandlerContext?

    init(_ load: Load) { self.load = load }

    func request(_ bytes: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func close() {
        onActive = nil
        onEvent = nil
        context?.close(promise: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        onActive?()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        reader.append(&bytes)
        do {
            while let event = try reader.next() { try onEvent?(event) }
        } catch {
            load.fail(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        load.fail(ServerProcess.Failure(description: "expected the connection to stay, the server closed it"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { load.fail(error) }
}
