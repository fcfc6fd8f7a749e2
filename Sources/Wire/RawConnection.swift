import Clocks
package import NIOCore
import Synchronization

/// A TCP connection whose bytes are all in the hands of the caller: the peer for cases in which the bytes matter.
package final class RawConnection: Sendable {
    /// Most bytes that may wait unread before the connection counts as flooded.
    package static let unreadLimit = 32 << 20

    private let channel: any Channel
    private let inbox: Mailbox<ByteBuffer>
    private let unread = Mutex(ByteBuffer())

    private init(channel: any Channel, inbox: Mailbox<ByteBuffer>) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects.
    package static func open(
        _ factory: ConnectionFactory, on loop: any EventLoop
    ) async throws(WireError) -> RawConnection {
        let inbox = Mailbox<ByteBuffer>(limit: unreadLimit)
        let channel = try await factory.open(on: loop) { channel in
            try channel.pipeline.syncOperations.addHandler(ByteInboxHandler(inbox: inbox))
        }
        return RawConnection(channel: channel, inbox: inbox)
    }

    /// Sends these bytes; failure shows at the next read.
    package func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Reads exactly so many bytes.
    package func read(_ count: Int, within limit: Duration) async throws(WireError) -> [UInt8] {
        let deadline = MonotonicClock.now + limit
        while true {
            if let bytes = unread.withLock({ $0.readBytes(length: count) }) { return bytes }
            try await fill(until: deadline, awaiting: "\(count) bytes")
        }
    }

    /// Reads up to and with the next empty line: the head of an HTTP message, at most 64 KiB.
    package func readHead(within limit: Duration) async throws(WireError) -> [UInt8] {
        let deadline = MonotonicClock.now + limit
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            let head = unread.withLock { unread -> [UInt8]? in
                guard let range = unread.readableBytesView.firstRange(of: end) else { return nil }
                return unread.readBytes(length: range.upperBound - unread.readerIndex)
            }
            if let head { return head }
            guard unread.withLock({ $0.readableBytes }) < 65_536 else {
                throw .malformed("the head of the answer is longer than 64 KiB")
            }
            try await fill(until: deadline, awaiting: "the head of an answer")
        }
    }

    /// Waits for the peer's end of the stream and returns what came before it, at most `unreadLimit` bytes.
    package func readToEnd(within limit: Duration) async throws(WireError) -> [UInt8] {
        let deadline = MonotonicClock.now + limit
        while true {
            guard unread.withLock({ $0.readableBytes }) <= Self.unreadLimit else {
                throw .malformed("more than \(Self.unreadLimit) bytes before the end of the stream")
            }
            do {
                try await fill(until: deadline, awaiting: "the end of the stream")
            } catch .closed {
                return unread.withLock { $0.readBytes(length: $0.readableBytes) ?? [] }
            } catch {
                throw error
            }
        }
    }

    /// Closes at once.
    package func close() async {
        // A channel that is closed already fails this, which is what we want of it.
        try? await channel.close().get()
    }

    private func fill(until deadline: MonotonicClock.Instant, awaiting what: String) async throws(WireError) {
        let left = max(.zero, deadline - .now)
        let bytes = try await inbox.next(within: left, on: channel.eventLoop, awaiting: what)
        unread.withLock { unread in
            var bytes = bytes
            // Copying what is left to the front at every read would cost the square of a long message; never doing it
            // would keep all that an endless stream ever brought.
            if unread.readableBytes == 0 {
                unread.clear()
            } else if unread.readerIndex > max(65_536, unread.readableBytes) {
                unread.discardReadBytes()
            }
            unread.writeBuffer(&bytes)
        }
    }
}

/// Puts inbound bytes into a mailbox and ends it with the connection.
private final class ByteInboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbox: Mailbox<ByteBuffer>

    init(inbox: Mailbox<ByteBuffer>) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        inbox.send(bytes, cost: bytes.readableBytes)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.finish(.closed("the peer closed the connection"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        inbox.finish(.closed(systemWords(error)))
        context.close(promise: nil)
    }
}
