import NIOCore
import NIOPosix
import Testing

@testable import Wire

@Suite("A dialer connects from the address it is told, and says why it could not")
struct DialerTests {
    @Test("The peer sees the source address")
    func source() async throws {
        try await ScriptedServer.running(.init("ok", closes: true)) { server async throws in
            for source in ["127.9.8.7", "127.9.8.8"] {
                let connection = try await RawConnection.open(
                    Dialer(target: server.endpoint, source: source), on: ScriptedServer.loop)
                connection.send(Array("\r\n\r\n".utf8))
                #expect(try await connection.readToEnd(within: MailboxTests.long) == Array("ok".utf8))
            }
            #expect(server.peers == ["127.9.8.7", "127.9.8.8"])
        }
    }

    @Test("Where nobody listens the connection fails, with the address and the system's words")
    func refused() async throws {
        // A port that was free a moment ago may be another test's by now.
        let nobody = Endpoint(host: "127.66.66.66", port: 1)
        let error = await #expect(throws: WireError.self) {
            try await RawConnection.open(Dialer(target: nobody), on: ScriptedServer.loop)
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
                        Dialer(target: server.endpoint, source: source), on: ScriptedServer.loop)
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
                        Dialer(target: target, limit: .milliseconds(50)), on: ScriptedServer.loop))
            } catch {
                errors.append(error)
            }
        }
        #expect(errors.map(\.kind) == [.timedOut])
        for connection in open { await connection.close() }
        try await listener.close()
    }
}
