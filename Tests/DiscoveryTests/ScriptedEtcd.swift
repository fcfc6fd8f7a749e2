import NIOCore
import NIOPosix
import Synchronization
import Wire

@testable import Discovery

/// What calls itself etcd, and answers each request by a script.
final class ScriptedEtcd: Sendable {
    /// What a request is answered.
    enum Reply: Sendable {
        /// A whole answer.
        case json(String)
        /// A whole answer of this status.
        case status(Int, String)
        /// These bytes, and nothing more.
        case bytes(String)
        /// These bytes, and the end of the connection.
        case cut(String)
        /// These bytes, and then the same ones for as long as they are taken.
        case endless(String, then: String)
        /// A stream that goes on, with these lines at once.
        case lines([String])
    }

    /// What a good one answers: a lease, one endpoint, and of a second one its watch tells.
    static func good(_ path: String) -> Reply {
        switch path {
        case "/v3/lease/grant": .json(#"{"header":{"revision":"2"},"ID":"7","TTL":"20"}"#)
        case "/v3/lease/keepalive": .json(#"{"result":{"header":{"revision":"2"},"ID":"7","TTL":"20"}}"#)
        case "/v3/kv/put": .json(#"{"header":{"revision":"2"}}"#)
        case "/v3/kv/range": .json(#"{"header":{"revision":"2"},"kvs":[\#(record(1, at: 2))],"count":"1"}"#)
        case "/v3/watch":
            .lines([
                #"{"result":{"header":{"revision":"2"},"created":true}}"#,
                #"{"result":{"header":{"revision":"3"},"events":[{"kv":\#(record(2, at: 3))}]}}"#,
            ])
        default: .json("{}")
        }
    }

    static func record(_ number: Int, at revision: Int) -> String {
        let endpoint = Sample.endpoint(number)
        let key = EtcdServer.base64(EtcdKeys(prefix: "test").text(endpoint.key))
        let value = EtcdServer.base64(#"{"service":"web","url":"\#(endpoint.url)"}"#)
        return #"{"key":"\#(key)","mod_revision":"\#(revision)","value":"\#(value)"}"#
    }

    private struct State {
        var asked: [(path: String, body: String)] = []
        var sent = 0
    }

    let endpoint: Endpoint
    private let channel: any Channel
    private let state: Shared
    private let news: Mailbox<String>

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private init(_ channel: any Channel, _ endpoint: Endpoint, _ state: Shared, _ news: Mailbox<String>) {
        self.channel = channel
        self.endpoint = endpoint
        self.state = state
        self.news = news
    }

    /// Runs one whose answer to the nth request for a path, from 0 on, `script` gives.
    static func with(
        _ script: @escaping @Sendable (String, Int) -> Reply, _ body: (ScriptedEtcd) async throws -> Void
    ) async throws {
        let (state, news) = (Shared(), Mailbox<String>(limit: 100_000))
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = EtcdScriptHandler { path, body in
                        let number = state.state.withLock { state in
                            defer { state.asked.append((path, body)) }
                            return state.asked.count { $0.path == path }
                        }
                        news.send(path)
                        return script(path, number)
                    } onSent: { count in
                        state.state.withLock { $0.sent += count }
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let endpoint = Endpoint(channel.localAddress) else { throw ChannelError.operationUnsupported }
        let server = ScriptedEtcd(channel, endpoint, state, news)
        do { try await body(server) } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    var address: EtcdAddress { get throws { try EtcdAddress(parsing: "etcd://\(endpoint)/test") } }

    /// Bytes of endless answers that were taken.
    var sent: Int { state.state.withLock { $0.sent } }

    /// The bodies of requests for this path.
    func bodies(_ path: String) -> [String] {
        state.state.withLock { $0.asked.filter { $0.path == path }.map(\.body) }
    }

    /// Waits until a path was asked for so often.
    func asked(_ path: String, times: Int) async throws {
        while bodies(path).count < times {
            _ = try await news.next(
                within: Sample.long, on: channel.eventLoop, awaiting: "\(times) requests for \(path)")
        }
    }
}

private final class EtcdScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: (String, String) -> ScriptedEtcd.Reply
    private let onSent: (Int) -> Void
    private var parser = RequestParser()
    private var path = ""
    private var body = ""

    init(_ answer: @escaping (String, String) -> ScriptedEtcd.Reply, onSent: @escaping (Int) -> Void) {
        self.answer = answer
        self.onSent = onSent
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.receive(unwrapInboundIn(data))
        do {
            while let event = try parser.next() {
                switch event {
                case .head(let head): (path, body) = (head.target, "")
                case .body(let bytes): body += String(buffer: bytes)
                case .end: reply(answer(path, body), context)
                }
            }
        } catch {
            context.close(promise: nil)
        }
    }

    private func reply(_ reply: ScriptedEtcd.Reply, _ context: ChannelHandlerContext) {
        switch reply {
        case .json(let text): self.reply(.status(200, text), context)
        case .status(let status, let text):
            write("HTTP/1.1 \(status) X\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)", context)
        case .bytes(let text): write(text, context)
        case .cut(let text):
            write(text, context)
            context.close(promise: nil)
        case .endless(let text, let piece):
            write(text, context)
            flood(ByteBuffer(string: piece), context)
        case .lines(let lines):
            write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", context)
            for line in lines {
                write("\(String(line.utf8.count + 1, radix: 16))\r\n\(line)\n\r\n", context)
            }
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    private func flood(_ piece: ByteBuffer, _ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { [self] in
            onSent(piece.readableBytes)
            flood(piece, context)
        }
        context.writeAndFlush(wrapOutboundOut(piece), promise: written)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
