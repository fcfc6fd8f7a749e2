import NIOCore
import Wire

/// Socket settings of both sides, chosen for tunnels that carry bulk as well as small messages.
enum StreamOptions {
    static let receiveAllocator = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 4096, maximum: 256 * 1024)
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 64 * 1024, high: 256 * 1024)

    /// Those of a connection to a node.
    static let connection = ConnectionOptions(
        peerEnd: .leavesOutputOpen, receiveAllocator: receiveAllocator, waterMark: waterMark)
}
