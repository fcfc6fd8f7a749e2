import NIOCore
import Wire

/// Socket settings of both sides, chosen for tunnels that carry bulk as well as small messages.
enum StreamOptions {
    /// How much is read at once. An idle connection keeps the buffer of its first read, which is why that is small. Above
    /// 128 KiB malloc maps fresh pages for each buffer, and to have them zeroed costs as much as to pass the bytes on.
    private static func receiveAllocator(initial: Int) -> AdaptiveRecvByteBufferAllocator {
        AdaptiveRecvByteBufferAllocator(minimum: 256, initial: initial, maximum: 64 * 1024)
    }

    /// A request seldom has a longer head.
    static let clientAllocator = receiveAllocator(initial: 1024)
    /// With room for `Upgrade.leftOverLimit` behind a 101, which holds for what is read together.
    private static let nodeAllocator = receiveAllocator(initial: 2048)

    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 64 * 1024, high: 256 * 1024)

    /// Those of a connection to a node.
    static let connection = ConnectionOptions(
        peerEnd: .leavesOutputOpen, receiveAllocator: nodeAllocator, waterMark: waterMark)
}
