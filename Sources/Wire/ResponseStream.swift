package import NIOCore
import Synchronization

/// An answer that is read while it arrives.
///
/// Whoever does not read holds the peer back: once `unreadLimit` bytes wait, the connection is not read until they are
/// taken. The connection bears the next request when the end has been read, unless it closes with this answer.
package final class ResponseStream: Sendable {
    /// Bytes that may wait unread before the connection is read no further.
    package static let unreadLimit = 256 << 10
    private static let inflateStep = 64 << 10

    /// A piece of the body, or its end.
    package enum Part: Sendable {
        /// More of the body, and when it arrived.
        case bytes(ByteBuffer, at: ContinuousClock.Instant)
        /// The body is complete.
        case end
    }

    /// HTTP status.
    package let status: Int
    /// Header fields in order.
    package let headers: [(name: String, value: String)]
    /// When the head arrived.
    package let startedAt: ContinuousClock.Instant
    private let keepsAlive: Bool
    private let channel: any Channel
    private let sink: StreamSink
    private let decoding: Mutex<Decoding>

    private struct Decoding: ~Copyable {
        var inflater: GzipInflater?
        var compressed = ByteBuffer()
        /// Bytes that came out.
        var inflated = 0
        var arrived = ContinuousClock.now
    }

    init(channel: any Channel, sink: StreamSink, head: StreamSink.Head, decodesGzip: Bool) throws(WireError) {
        self.channel = channel
        self.sink = sink
        status = head.status
        headers = head.headers
        startedAt = head.arrived
        keepsAlive = head.keepsAlive
        let isGzip = decodesGzip && ClientResponse.isGzip(head.headers)
        decoding = Mutex(Decoding(inflater: isGzip ? try GzipInflater() : nil))
    }

    /// Values of a field, whatever the case of its name.
    package func values(of name: String) -> [String] { ClientResponse.values(of: name, in: headers) }

    /// The next part, inflated when the request asked for gzip and the answer is. After `.end` it throws `closed`.
    package func next(within limit: Duration) async throws(WireError) -> Part {
        let deadline = ContinuousClock.now + limit
        while true {
            if let ready = try inflated() { return ready }
            let part = try await sink.inbox.next(
                within: max(.zero, deadline - .now), on: channel.eventLoop, awaiting: "more of the answer")
            switch part {
            case .head: continue
            case .bytes(var bytes, let arrived):
                sink.take(bytes.readableBytes)
                let isPlain = decoding.withLock { decoding in
                    guard decoding.inflater != nil else { return true }
                    decoding.compressed.clear()
                    decoding.compressed.writeBuffer(&bytes)
                    decoding.arrived = arrived
                    return false
                }
                if isPlain { return .bytes(bytes, at: arrived) }
            case .end:
                sink.inbox.finish(.closed("the answer has ended"))
                let isWhole = decoding.withLock { $0.inflater?.isAtEnd ?? true }
                guard isWhole else { throw .malformed("the gzip body ends in the middle") }
                if !keepsAlive { await abort() }
                return .end
            }
        }
    }

    /// Closes the connection at once.
    package func abort() async {
        // A channel that is closed already fails this, which is what we want of it.
        try? await channel.close().get()
    }

    private func inflated() throws(WireError) -> Part? {
        try decoding.withLock { decoding throws(WireError) in
            guard decoding.compressed.readableBytes > 0 else { return nil }
            guard let bytes = try decoding.inflater?.inflate(&decoding.compressed, atMost: Self.inflateStep) else {
                return nil
            }
            decoding.inflated += bytes.readableBytes
            guard decoding.inflated <= HTTPConnection.bodyLimit else { throw .answerTooLong }
            return bytes.readableBytes > 0 ? .bytes(bytes, at: decoding.arrived) : nil
        }
    }
}

/// Where the handler puts the parts of an answer that is read while it arrives.
final class StreamSink: Sendable {
    struct Head: Sendable {
        var status: Int
        var headers: [(name: String, value: String)]
        var keepsAlive: Bool
        var arrived: ContinuousClock.Instant
    }

    enum Part: Sendable {
        case head(Head)
        case bytes(ByteBuffer, at: ContinuousClock.Instant)
        case end
    }

    /// One read of the socket can bring many small parts, each with a cost of its own.
    private static let inboxLimit = 16 << 20
    private static let partCost = 64

    let inbox = Mailbox<Part>(limit: inboxLimit)
    private let waiting = Mutex((bytes: 0, isHeld: false))
    private let holdChanged: @Sendable () -> Void

    /// A sink of an answer.
    ///
    /// - Parameter holdChanged: told on any thread that ``isHeld`` has changed. Whoever is told must look at it where the
    ///   socket is read: two changes may be told in either order.
    init(holdChanged: @escaping @Sendable () -> Void) { self.holdChanged = holdChanged }

    /// Whether so much waits that the socket is to be read no further.
    var isHeld: Bool { waiting.withLock { $0.isHeld } }

    /// Puts a part of the body in.
    func put(_ bytes: ByteBuffer, at arrived: ContinuousClock.Instant) {
        let holds = waiting.withLock { waiting in
            waiting.bytes += bytes.readableBytes
            guard !waiting.isHeld, waiting.bytes >= ResponseStream.unreadLimit else { return false }
            waiting.isHeld = true
            return true
        }
        if holds { holdChanged() }
        inbox.send(.bytes(bytes, at: arrived), cost: bytes.readableBytes + Self.partCost)
    }

    func put(_ part: Part) { inbox.send(part, cost: Self.partCost) }

    /// Notes that so many bytes were taken.
    func take(_ count: Int) {
        let releases = waiting.withLock { waiting in
            waiting.bytes -= count
            guard waiting.isHeld, waiting.bytes < ResponseStream.unreadLimit / 2 else { return false }
            waiting.isHeld = false
            return true
        }
        if releases { holdChanged() }
    }
}
