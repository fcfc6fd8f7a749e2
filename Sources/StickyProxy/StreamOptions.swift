import NIOCore
import Wire

/// Socket settings of both sides, chosen for tunnels that carry bulk as well as small messages.
struct StreamOptions {
    /// Bytes of one connection that are read before others have their turn.
    private static let turn = 256 * 1024

    private let largest: Int

    /// Settings that read so many bytes at once at most. An idle connection keeps the buffer of its first read, which is
    /// why that is small.
    init(largestRead: Int) { largest = largestRead }

    /// How often a connection is read before others have their turn.
    var readsPerTurn: UInt { UInt(max(1, Self.turn / largest)) }

    /// A request seldom has a longer head.
    var clientAllocator: AdaptiveRecvByteBufferAllocator { allocator(initial: 1024) }
    /// With room for `Upgrade.leftOverLimit` behind a 101, which holds for what is read together.
    private var nodeAllocator: AdaptiveRecvByteBufferAllocator { allocator(initial: 2048) }

    private func allocator(initial: Int) -> AdaptiveRecvByteBufferAllocator {
        AdaptiveRecvByteBufferAllocator(minimum: 256, initial: initial, maximum: largest)
    }

    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 64 * 1024, high: 256 * 1024)

    /// Those of a connection to a node.
    var connection: ConnectionOptions {
        ConnectionOptions(
            peerEnd: .leavesOutputOpen, receiveAllocator: nodeAllocator, readsPerTurn: readsPerTurn,
            waterMark: Self.waterMark)
    }
}
