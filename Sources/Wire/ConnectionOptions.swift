import NIOCore

/// Settings of a connection's channel; those left nil are SwiftNIO's.
public struct ConnectionOptions: Sendable {
    /// What becomes of a connection whose peer has sent its last byte.
    public enum PeerEnd: Sendable, Hashable {
        /// It closes.
        case closes
        /// It can still send; the pipeline gets `ChannelEvent.inputClosed`.
        case leavesOutputOpen
    }

    /// What the end of the peer's stream does.
    public var peerEnd: PeerEnd
    /// How many bytes are read at once.
    public var receiveAllocator: AdaptiveRecvByteBufferAllocator?
    /// How many bytes may wait to be written before the channel says that it takes no more.
    public var waterMark: ChannelOptions.Types.WriteBufferWaterMark?

    /// Settings; SwiftNIO's unless told otherwise.
    public init(
        peerEnd: PeerEnd = .closes, receiveAllocator: AdaptiveRecvByteBufferAllocator? = nil,
        waterMark: ChannelOptions.Types.WriteBufferWaterMark? = nil
    ) {
        self.peerEnd = peerEnd
        self.receiveAllocator = receiveAllocator
        self.waterMark = waterMark
    }
}
