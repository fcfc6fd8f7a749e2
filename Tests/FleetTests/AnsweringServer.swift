import Fleet
import History
import NIOCore
import NIOPosix
import Synchronization
import WebSocketCodec
import Wire

/// A server that gives its answers one after the other, each at the next empty line, on whatever connection it comes.
final class AnsweringServer: Sendable {
    /// One answer.
    struct Answer: Sendable, ExpressibleByStringLiteral {
        var bytes: [UInt8]
        var closes = false

        init(_ bytes: [UInt8]) { self.bytes = bytes }
        init(stringLiteral text: String) { self.init(Array(text.utf8)) }

        /// An answer with a body and the node that made it.
        static func http(_ status: Int, _ body: String, _ fields: String = "", by node: String? = "n1") -> Answer {
            let name = node.map { "X-Stickler-Node: \($0)\r\nX-Stickler-Boot: \($0).1\r\n" } ?? ""
            let head = "HTTP/1.1 \(status) X\r\n\(name)\(fields)Content-Length: \(body.utf8.count)\r\n\r\n"
            return Answer(Array((head + body).utf8))
        }

        /// A valid 101, with what follows it at once; `accept` stands for the value that the key asks for.
        static func upgraded(_ following: [UInt8] = []) -> Answer {
            Answer(
                Array(
                    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "X-Stickler-Node: n1\r\nX-Stickler-Boot: n1.1\r\nSec-WebSocket-Accept: \(placeholder)\r\n\r\n")
                        .utf8) + following)
        }

        /// A text frame of a server.
        static func text(_ payload: String) -> [UInt8] { [0x81, UInt8(payload.utf8.count)] + Array(payload.utf8) }

        static let placeholder = "{{accept}}"

        var closing: Answer {
            var answer = self
            answer.closes = true
            return answer
        }
    }

    let endpoint: Endpoint
    /// Tells of each connection that ended.
    let ends: AsyncStream<Void>
    private let channel: any Channel
    private let state: State

    private final class State: Sendable {
        let value: Mutex<(answers: ArraySlice<Answer>, last: Answer?, requests: [String])>
        init(_ answers: [Answer]) { value = Mutex((answers[...], nil, [])) }
    }

    private init(channel: any Channel, endpoint: Endpoint, state: State, ends: AsyncStream<Void>) {
        self.ends = ends
        self.channel = channel
        self.endpoint = endpoint
        self.state = state
    }

    /// Heads of the requests so far.
    var requests: [String] { state.value.withLock { $0.requests } }

    /// Gives these answers too, behind those it has.
    func add(_ answers: [Answer]) { state.value.withLock { $0.answers += answers } }

    /// From now on, when all answers are given, every further request gets this one instead of none.
    func answerAllElse(with answer: Answer) { state.value.withLock { $0.last = answer } }

    static func running<Value>(
        _ answers: [Answer], _ body: (AnsweringServer, VirtualClient, HistoryRecorder) async throws -> Value
    ) async throws -> Value {
        let state = State(answers)
        let (ends, ended) = AsyncStream<Void>.makeStream()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.closeFuture.whenComplete { _ in ended.yield() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AnswerHandler { head in
                            state.value.withLock { state in
                                state.requests.append(head)
                                return state.answers.popFirst() ?? state.last
                            }
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let endpoint = Endpoint(channel.localAddress) else { throw ChannelError.operationUnsupported }
        let recorder = HistoryRecorder()
        let client = VirtualClient(
            name: "c", target: .init(endpoint: endpoint), source: "127.0.0.7", seed: 1,
            loop: MultiThreadedEventLoopGroup.singleton.next(), recorder: recorder)
        do {
            let value = try await body(
                AnsweringServer(channel: channel, endpoint: endpoint, state: state, ends: ends), client, recorder)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }
}

private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let next: @Sendable (String) -> AnsweringServer.Answer?
    private var unread: [UInt8] = []

    init(_ next: @escaping @Sendable (String) -> AnsweringServer.Answer?) { self.next = next }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unread += unwrapInboundIn(data).readableBytesView
        while let end = unread.firstRange(of: [13, 10, 13, 10]) {
            let head = String(decoding: unread[..<end.upperBound], as: UTF8.self)
            unread.removeSubrange(..<end.upperBound)
            guard let answer = next(head) else { continue }
            let key = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
            let accept = HandshakeKey.accept(for: String(key?.dropFirst(18).drop { $0 == " " } ?? ""))
            var bytes = answer.bytes
            if let place = bytes.firstRange(of: Array(AnsweringServer.Answer.placeholder.utf8)) {
                bytes.replaceSubrange(place, with: Array(accept.utf8))
            }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            if answer.closes { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// One error of each kind.
enum WireErrorSample: Sendable {
    case connectFailed, exhausted, closed, timedOut, malformed, tooMuch, cancelled

    var error: WireError {
        switch self {
        case .connectFailed: .connectFailed("x")
        case .exhausted: .exhausted("x")
        case .closed: .closed("x")
        case .timedOut: .timedOut("x")
        case .malformed: .malformed("x")
        case .tooMuch: .tooMuch("x")
        case .cancelled: .cancelled
        }
    }
}

/// Far longer than any test: a wait that ends, ends for another reason.
let long = Duration.seconds(600)

extension RunHistory {
    /// The ends of sessions, in order.
    var closes: [SessionClosed] {
        events.compactMap {
            if case .sessionClosed(let closed) = $0.kind { return closed }
            return nil
        }
    }

    /// The rungs tried: transport and whether it opened.
    var attempts: [String] {
        events.compactMap {
            guard case .transportAttempted(let attempt) = $0.kind else { return nil }
            return "\(attempt.transport) \(attempt.outcome == .opened ? "opened" : "failed")"
        }
    }

    /// The openings, in order.
    var openings: [SessionOpened] {
        events.compactMap {
            if case .sessionOpened(let opened) = $0.kind { return opened }
            return nil
        }
    }
}
