package import Foundation
package import NIOCore
import NIOHTTP1
import NIOPosix
package import Wire

/// A request to a control plane that bears its token and comes from no web page.
package struct ControlRequest: Sendable {
    /// Such as `POST`.
    package let method: String
    /// Of the target, without query.
    package let path: String
    /// At most 64 KiB.
    package let body: Data
}

/// What a control plane answers.
package struct ControlAnswer: Sendable {
    /// Of HTTP.
    package var status: Int
    /// Of the body.
    package var contentType: String
    /// What it says.
    package var body: Data

    /// A body of this type.
    package init(_ status: Int, _ contentType: String, _ body: Data) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A line of text.
    package static func text(_ status: Int, _ line: String) -> ControlAnswer {
        ControlAnswer(status, "text/plain; charset=UTF-8", Data((line + "\n").utf8))
    }

    /// A value as JSON.
    package static func json(_ status: Int, _ value: some Encodable) -> ControlAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do { return ControlAnswer(status, "application/json; charset=UTF-8", try encoder.encode(value)) } catch {
            return .text(500, "the answer can't be written as JSON: \(error)")
        }
    }
}

/// A control plane of another program than a node, with a node's limits and the same guard before it: requests bear the
/// token, and those of web pages are refused.
package final class ControlServer: Sendable {
    /// Where it accepts; its port is never 0.
    package let listen: Endpoint
    private let listener: any Channel

    private init(listen: Endpoint, listener: any Channel) {
        self.listen = listen
        self.listener = listener
    }

    /// Starts one on a loop of the caller's; it accepts when this returns.
    ///
    /// - Parameters:
    ///   - endpoint: where; port 0 takes a free one.
    ///   - token: what requests must bear; nil for none.
    ///   - onShortage: told when there is no descriptor left for a connection.
    ///   - answer: answers each request, several at a time.
    /// - Throws: ``NodeError/cannotListen(_:reason:)``.
    package static func start(
        at endpoint: Endpoint, token: ControlToken?, on loop: any EventLoop,
        onShortage: @escaping @Sendable (String) -> Void,
        answering answer: @escaping @Sendable (ControlRequest) async -> ControlAnswer
    ) async throws -> ControlServer {
        let access = ControlGuard(name: endpoint.host, token: token)
        let executor = try await loop.submit {
            NIOLoopBound(ControlExecutor(access, eventLoop: loop, answer: answer), eventLoop: loop)
        }.get()
        let listener = try await bind(endpoint, executor, on: loop, onShortage: onShortage)
        return ControlServer(listen: Endpoint(listener.localAddress) ?? endpoint, listener: listener)
    }

    /// Stops accepting. Connections end with their loop.
    package func stop() async throws { try await listener.close().get() }

    /// Lets what comes to an address be executed.
    static func bind(
        _ endpoint: Endpoint, _ executor: NIOLoopBound<some RequestExecutor>, on loop: any EventLoop,
        onShortage: @escaping @Sendable (String) -> Void
    ) async throws(NodeError) -> any Channel {
        do {
            return try await ServerBootstrap(group: loop)
                .serverChannelInitializer { listener in
                    AcceptShortage.handle(on: listener) { onShortage("its control plane: \(systemWords($0))") }
                }
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try ByteTransport.plain.install(on: channel)
                        try RequestHandler.install(on: channel, executor: executor.value)
                    }
                }
                .bind(host: endpoint.host, port: endpoint.port).get()
        } catch {
            throw .cannotListen(endpoint, reason: systemWords(error))
        }
    }
}

/// Has requests answered elsewhere.
private final class ControlExecutor: RequestExecutor {
    let connectionTimes = ConnectionTimes()
    private let access: ControlGuard
    private let eventLoop: any EventLoop
    private let answer: @Sendable (ControlRequest) async -> ControlAnswer

    init(
        _ access: ControlGuard, eventLoop: any EventLoop,
        answer: @escaping @Sendable (ControlRequest) async -> ControlAnswer
    ) {
        self.access = access
        self.eventLoop = eventLoop
        self.answer = answer
    }

    var answerDelay: TimeAmount? { nil }
    func bodyLimit(of head: RequestHead) -> Int? { 65_536 }
    func writeStamp(for head: RequestHead?, to bytes: inout ByteBuffer) {}

    func execute(_ request: HTTPRequest) -> Execution {
        if let refusal = access.refusal(of: request) { return .respond(refusal) }
        if request.isBodyTooLarge { return .respond(.text(413, "expected at most 64 KiB\n")) }
        let asked = ControlRequest(
            method: request.head.method.rawValue, path: String(request.path), body: Data(request.body.readableBytesView)
        )
        return .later(status: 200) { [eventLoop, answer] reply in
            let answered = eventLoop.makePromise(of: ControlAnswer.self)
            answered.completeWithTask { await answer(asked) }
            answered.futureResult.assumeIsolated().whenSuccess { answer in
                reply.complete(
                    HTTPResponse(
                        status: answer.status, fields: ["Content-Type": answer.contentType],
                        body: ByteBuffer(bytes: answer.body)))
            }
        }
    }
}

extension Endpoint {
    /// Whether only programs of this machine reach it. Throws ``NodeError/cannotListen(_:reason:)`` for a name that
    /// nobody knows.
    package func isLoopback() throws(NodeError) -> Bool {
        do {
            let address = try socketAddress().ipAddress ?? ""
            return address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
        } catch {
            throw .cannotListen(self, reason: "\(error)")
        }
    }
}
