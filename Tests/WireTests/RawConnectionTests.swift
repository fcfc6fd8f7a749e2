import NIOCore
import Testing

@testable import Wire

@Suite("A raw connection gives its bytes as they come")
struct RawConnectionTests {
    static func connected<Value: Sendable>(
        _ script: ScriptedServer.Script, _ body: (RawConnection) async throws -> Value
    ) async throws -> Value {
        try await ScriptedServer.running(script) { server async throws in
            let connection = try await RawConnection.open(
                ConnectionFactory(target: server.endpoint), on: ScriptedServer.loop)
            connection.send(Array("\r\n\r\n".utf8))
            do {
                let value = try await body(connection)
                await connection.close()
                return value
            } catch {
                await connection.close()
                throw error
            }
        }
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("Reads are exact, however the bytes arrive", arguments: [false, true])
    func exact(bytewise: Bool) async throws {
        let script = ScriptedServer.Script("HTTP/1.1 101 X\r\n\r\nabcdef", closes: true)
        try await Self.connected(bytewise ? script.bytewise : script) { connection async throws in
            #expect(Self.text(try await connection.readHead(within: MailboxTests.long)) == "HTTP/1.1 101 X\r\n\r\n")
            #expect(try await connection.read(0, within: MailboxTests.long) == [])
            #expect(Self.text(try await connection.read(2, within: MailboxTests.long)) == "ab")
            #expect(Self.text(try await connection.read(3, within: MailboxTests.long)) == "cde")
            #expect(Self.text(try await connection.readToEnd(within: MailboxTests.long)) == "f")
        }
    }

    @Test("An end before what was awaited is early, and leaves what came")
    func early() async throws {
        try await Self.connected(.init("abc", closes: true)) { connection async throws in
            let error = await #expect(throws: WireError.self) {
                try await connection.read(4, within: MailboxTests.long)
            }
            #expect(error?.kind == .closed)
            #expect(Self.text(try await connection.read(3, within: MailboxTests.long)) == "abc")
        }
    }

    @Test("A silent peer ends in a time-out that says what was awaited")
    func silent() async throws {
        try await Self.connected(.init()) { connection async throws in
            let error = await #expect(throws: WireError.self) { try await connection.read(4, within: .zero) }
            #expect(error == .timedOut("4 bytes within 0 s"))
        }
    }

    @Test("A head without an end is cut off at 64 KiB")
    func endlessHead() async throws {
        try await Self.connected(.init(String(repeating: "x", count: 70_000))) { connection async throws in
            let error = await #expect(throws: WireError.self) {
                try await connection.readHead(within: MailboxTests.long)
            }
            #expect(error?.kind == .malformed)
        }
    }
}
