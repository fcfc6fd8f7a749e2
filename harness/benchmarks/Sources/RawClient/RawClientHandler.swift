import Foundation
import NIOCore

/// One client.
final class RawClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let crowd: RawCrowd
    private var head: ByteBuffer?
    private var isOpen = false
    private var received = 0

    init(_ crowd: RawCrowd) { self.crowd = crowd }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(crowd.handshake), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard isOpen else { return open(&bytes, context) }
        received += bytes.readableBytes
        if received >= RawCrowd.echoLength {
            received -= RawCrowd.echoLength
            talk(context)
        }
    }

    private func open(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        head.setOrWriteBuffer(&bytes)
        guard let text = head.map({ String(buffer: $0) }), text.hasSuffix("\r\n\r\n") else { return }
        guard text.hasPrefix("HTTP/1.1 101 ") else {
            print("RawClient: expected 101, got \(text)")
            exit(3)
        }
        head = nil
        isOpen = true
        crowd.connectNext()
        talk(context)
    }

    private func talk(_ context: ChannelHandlerContext) {
        guard let frame = crowd.frame else { return }
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        print("RawClient: expected the connection to stay, the server closed it")
        exit(3)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        print("RawClient: \(error)")
        exit(3)
    }
}
