import Foundation
import NIOCore
import NIOPosix

/// All clients of one loop.
final class RawCrowd {
    let handshake: ByteBuffer
    /// A masked text of 32 bytes; nil where clients say nothing.
    let frame: ByteBuffer?
    /// How long its echo is.
    static let echoLength = 34

    private let bootstrap: ClientBootstrap
    private let port: Int
    private var left: Int
    private let loop: any EventLoop

    init(port: Int, clients: Int, handshake: String, talks: Bool, loop: any EventLoop) {
        self.port = port
        self.loop = loop
        left = clients
        bootstrap = ClientBootstrap(group: loop).channelOption(.tcpOption(.tcp_nodelay), value: 1)
        self.handshake = ByteBuffer(string: handshake)
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        let payload = (0..<32).map { UInt8(ascii: "0") ^ mask[$0 % 4] }
        frame = talks ? ByteBuffer(bytes: [0x81, 0x80 | 32] + mask + payload) : nil
    }

    /// Opens one more connection if any is missing; called again as soon as it is upgraded.
    func connectNext() {
        guard left > 0 else { return }
        left -= 1
        let handler = NIOLoopBound(RawClientHandler(self), eventLoop: loop)
        bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenFailure { error in
                print("RawClient: \(error)")
                exit(3)
            }
    }
}
