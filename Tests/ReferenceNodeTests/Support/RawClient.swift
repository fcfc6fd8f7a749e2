import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Wire

/// A TCP client that sends bytes and awaits bytes.
final class RawClient: Sendable {
    /// The connection ended before what was awaited came; holds what had come.
    struct EndOfStream: Error { var received: String }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var buffer = ByteBuffer()
        private var hasEnded = false
        private var waiting: (take: (ByteBuffer) -> Int?, promise: EventLoopPromise<ByteBuffer>)?

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            buffer.writeBuffer(&bytes)
            settle()
        }

        func channelInactive(context: ChannelHandlerContext) {
            hasEnded = true
            settle()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func wait(_ promise: EventLoopPromise<ByteBuffer>, take: @escaping (ByteBuffer) -> Int?) {
            waiting = (take, promise)
            settle()
        }

        func waitForEnd(_ promise: EventLoopPromise<ByteBuffer>) {
            waiting = ({ [self] in hasEnded ? $0.readableBytes : nil }, promise)
            settle()
        }

        private func settle() {
            guard let (take, promise) = waiting else { return }
            if let count = take(buffer), let bytes = buffer.readSlice(length: count) {
                waiting = nil
                promise.succeed(bytes)
            } else if hasEnded {
                waiting = nil
                promise.fail(EndOfStream(received: String(buffer: buffer)))
            }
        }
    }

    let channel: any Channel
    private let receiver: NIOLoopBound<Receiver>

    static func connect(_ endpoint: Endpoint) async throws -> RawClient {
        let box = NIOLockedValueBox<NIOLoopBound<Receiver>?>(nil)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let receiver = Receiver()
                    box.withLockedValue { $0 = NIOLoopBound(receiver, eventLoop: channel.eventLoop) }
                    try channel.pipeline.syncOperations.addHandler(receiver)
                }
            }
            .connect(host: endpoint.host, port: endpoint.port).get()
        return RawClient(channel: channel, receiver: box.withLockedValue { $0! })
    }

    /// The other end of a connection that was made to us; on its loop.
    convenience init(adopting channel: any Channel) throws {
        let receiver = Receiver()
        try channel.pipeline.syncOperations.addHandler(receiver)
        self.init(channel: channel, receiver: NIOLoopBound(receiver, eventLoop: channel.eventLoop))
    }

    private init(channel: any Channel, receiver: NIOLoopBound<Receiver>) {
        self.channel = channel
        self.receiver = receiver
    }

    func send(_ text: String) async throws { try await send(ByteBuffer(string: text)) }
    func send(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes).get() }

    /// The first bytes that `take` accepts by telling their number.
    func receive(_ take: @escaping @Sendable (ByteBuffer) -> Int?) async throws -> ByteBuffer {
        try await wait { $0.wait($1, take: take) }
    }

    func receive(count: Int) async throws -> ByteBuffer {
        try await receive { $0.readableBytes >= count ? count : nil }
    }

    /// Everything until the node closes.
    func receiveToEnd() async throws -> String { String(buffer: try await wait { $0.waitForEnd($1) }) }

    /// The head of an answer with its blank line.
    func receiveHead() async throws -> String {
        String(
            buffer: try await receive { buffer in
                let bytes = Array(buffer.readableBytesView)
                guard let range = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
                return range.upperBound
            })
    }

    func receiveAnswer() async throws -> Answer {
        var answer = Answer(head: try await receiveHead())
        if let length = answer["Content-Length"].flatMap({ Int($0) }) {
            answer.body = String(buffer: try await receive(count: length))
        } else if answer["Transfer-Encoding"] == "chunked" {
            while let chunk = try await receiveChunk() { answer.body += chunk }
        }
        return answer
    }

    /// One chunk; nil for the last one.
    func receiveChunk() async throws -> String? {
        let line = try await receive { buffer in
            buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map { $0 - buffer.readerIndex + 1 }
        }
        let size = Int(String(buffer: line).trimmingCharacters(in: .whitespacesAndNewlines), radix: 16) ?? 0
        let chunk = String(buffer: try await receive(count: size + 2)).dropLast()
        return size == 0 ? nil : String(chunk)
    }

    func close() async throws {
        do { try await channel.close().get() } catch ChannelError.alreadyClosed {}
    }

    private func wait(
        _ body: @escaping @Sendable (Receiver, EventLoopPromise<ByteBuffer>) -> Void
    ) async throws -> ByteBuffer {
        let receiver = self.receiver
        let promise = channel.eventLoop.makePromise(of: ByteBuffer.self)
        channel.eventLoop.execute { body(receiver.value, promise) }
        return try await promise.futureResult.get()
    }
}

/// An HTTP answer.
struct Answer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body = ""

    init(head: String) {
        let lines = head.components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        headers = lines.dropFirst().compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
    }

    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
}
