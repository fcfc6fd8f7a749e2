package import NIOCore

/// Settings of a connection's channel; those left nil are SwiftNIO's.
package struct ConnectionOptions: Sendable {
    /// What becomes of a connection whose peer has sent its last byte.
    package enum PeerEnd: Sendable, Hashable {
        /// It closes.
        case closes
        /// It can still send; the pipeline gets `ChannelEvent.inputClosed`.
        case leavesOutputOpen
    }

    /// What the end of the peer's stream does.
    package var peerEnd: PeerEnd
    /// How many bytes are read at once.
    package var receiveAllocator: AdaptiveRecvByteBufferAllocator?
    /// How often it is read before other connections have their turn.
    package var readsPerTurn: UInt?
    /// How many bytes may wait to be written before the channel says that it takes no more.
    package var waterMark: ChannelOptions.Types.WriteBufferWaterMark?

    /// Settings; SwiftNIO's unless told otherwise.
    package init(
        peerEnd: PeerEnd = .closes, receiveAllocator: AdaptiveRecvByteBufferAllocator? = nil, readsPerTurn: UInt? = nil,
        waterMark: ChannelOptions.Types.WriteBufferWaterMark? = nil
    ) {
        self.peerEnd = peerEnd
        self.receiveAllocator = receiveAllocator
        self.readsPerTurn = readsPerTurn
        self.waterMark = waterMark
    }
}
