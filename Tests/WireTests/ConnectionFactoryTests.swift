import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Wire

@Suite("A connection factory connects from the address it is told, and says why it could not")
struct ConnectionFactoryTests {
    @Test("The peer sees the source address")
    func source() async throws {
        try await ScriptedServer.running(.init("ok", closes: true)) { server async throws in
            for source in ["127.9.8.7", "127.9.8.8"] {
                let connection = try await RawConnection.open(
                    ConnectionFactory(target: server.endpoint, source: source), on: ScriptedServer.loop)
                connection.send(Array("\r\n\r\n".utf8))
                #expect(try await connection.readToEnd(within: MailboxTests.long) == Array("ok".utf8))
            }
            #expect(server.peers == ["127.9.8.7", "127.9.8.8"])
        }
    }

    @Test("What a protocol sends and gets passes through the transport")
    func layered() async throws {
        let key: UInt8 = 0x5a
        var script = ScriptedServer.Script("", closes: true)
        script.answers = [[MaskingLayer.masked(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), key: key)]]
        script.requestEnd = MaskingLayer.masked(script.requestEnd, key: key)
        try await ScriptedServer.running(script) { server async throws in
            let factory = ConnectionFactory(
                target: server.endpoint, transport: .layered { _ in MaskingLayer(key: key) })
            let connection = try await HTTPConnection.open(factory, on: ScriptedServer.loop)
            let answer = try await connection.send(
                ClientRequest(method: "GET", target: "/", headers: [("Host", "a")]), within: MailboxTests.long)
            #expect(answer.status == 204)
            let request = String(decoding: MaskingLayer.masked(server.receivedBytes, key: key), as: UTF8.self)
            #expect(request == "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        }
    }

    @Test("What a connection is to begin with goes out before all else, and below the transport")
    func preamble() async throws {
        let key: UInt8 = 0x5a
        let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var script = ScriptedServer.Script("", closes: true)
        script.answers = [[MaskingLayer.masked(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), key: key)]]
        script.requestEnd = MaskingLayer.masked(script.requestEnd, key: key)
        try await ScriptedServer.running(script) { server async throws in
            var factory = ConnectionFactory(
                target: server.endpoint, transport: .layered { _ in MaskingLayer(key: key) })
            factory.preamble = ByteBuffer(string: "first")
            let connection = try await HTTPConnection.open(factory, on: ScriptedServer.loop)
            let answer = try await connection.send(
                ClientRequest(method: "GET", target: "/", headers: [("Host", "a")]), within: MailboxTests.long)
            #expect(answer.status == 204)
            #expect(server.receivedBytes == Array("first".utf8) + MaskingLayer.masked(request, key: key))
        }
    }

    @Test("A transport that can't be made ends the connection")
    func unmakeable() async throws {
        try await ScriptedServer.running(.init()) { server async throws in
            let factory = ConnectionFactory(
                target: server.endpoint, transport: .layered { _ in throw WireError.malformed("no certificate") })
            await #expect(throws: WireError.malformed("no certificate")) {
                try await RawConnection.open(factory, on: ScriptedServer.loop)
            }
        }
    }

    @Test(
        "The end of the peer's stream closes the connection, or leaves it to send",
        arguments: [ConnectionOptions.PeerEnd.closes, .leavesOutputOpen])
    func peerEnd(_ peerEnd: ConnectionOptions.PeerEnd) async throws {
        try await ScriptedServer.running(.init(closes: true)) { server async throws in
            let (ends, reported) = AsyncStream.makeStream(of: ConnectionOptions.PeerEnd.self)
            let factory = ConnectionFactory(
                target: server.endpoint, options: ConnectionOptions(peerEnd: peerEnd))
            let channel = try await factory.connect(on: ScriptedServer.loop) { channel in
                try channel.pipeline.syncOperations.addHandler(EndReporter { reported.yield($0) })
            }.get()
            try await channel.writeAndFlush(ByteBuffer(string: "\r\n\r\n"))
            #expect(await ends.first { _ in true } == peerEnd)
            // It may be closed already.
            try? await channel.close()
        }
    }

    @Test("Where nobody listens the connection fails, with the address and the system's words")
    func refused() async throws {
        // A port that was free a moment ago may be another test's by now.
        let nobody = Endpoint(host: "127.66.66.66", port: 1)
        let error = await #expect(throws: WireError.self) {
            try await RawConnection.open(ConnectionFactory(target: nobody), on: ScriptedServer.loop)
        }
        #expect(error?.kind == .connectFailed)
        #expect(error?.description.contains("\(nobody)") == true)
    }

    @Test("A source that is no address of ours is refused")
    func foreignSource() async throws {
        try await ScriptedServer.running(.init()) { server async throws in
            for source in ["nonsense", "192.0.2.1"] {
                let error = await #expect(throws: WireError.self) {
                    try await RawConnection.open(
                        ConnectionFactory(target: server.endpoint, source: source), on: ScriptedServer.loop)
                }
                #expect(error?.kind == .connectFailed)
            }
        }
    }

    @Test("A connect that our own deadline ends is a time-out, not a refusal")
    func timeout() async throws {
        // A full backlog drops what asks to connect.
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 0)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let target = try #require(Endpoint(listener.localAddress))
        var errors: [WireError] = []
        var open: [RawConnection] = []
        for _ in 0..<4 where errors.isEmpty {
            do throws(WireError) {
                open.append(
                    try await RawConnection.open(
                        ConnectionFactory(target: target, limit: .milliseconds(50)), on: ScriptedServer.loop))
            } catch {
                errors.append(error)
            }
        }
        #expect(errors.map(\.kind) == [.timedOut])
        for connection in open { await connection.close() }
        try await listener.close()
    }
}

/// Tells what it gets first at the end of the peer's stream.
private final class EndReporter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let report: (ConnectionOptions.PeerEnd) -> Void

    init(_ report: @escaping (ConnectionOptions.PeerEnd) -> Void) { self.report = report }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { report(.leavesOutputOpen) }
    }

    func channelInactive(context: ChannelHandlerContext) { report(.closes) }
}
