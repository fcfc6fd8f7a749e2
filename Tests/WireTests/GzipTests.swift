import NIOCore
import Testing

@testable import Wire

@Suite("A gzip body is inflated when it was asked for")
struct GzipTests {
    /// `o` and a line feed, by Python's gzip module.
    static let openFrame: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 231, 2, 0, 137, 140, 105, 67, 2, 0, 0, 0,
    ]

    /// A mebibyte of zeros, by the same.
    static let mebibyteOfZeros: [UInt8] =
        [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 245, 79, 109, 8, 95, 160]
        + Array(repeating: 0, count: 1016) + [62, 3, 28, 234, 56, 167, 0, 0, 16, 0]

    static let asking = ClientRequest(
        method: "GET", target: "/x", headers: [("Host", "h"), ("Accept-Encoding", "gzip, deflate")])

    static func script(_ body: [UInt8]) -> ScriptedServer.Script {
        var script = ScriptedServer.Script("")
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: GZip\r\nContent-Length: \(body.count)\r\n\r\n"
        script.answers = [[Array(head.utf8) + body]]
        return script
    }

    @Test("At once and byte by byte, in one member or several", arguments: [1, 3], [false, true])
    func inflated(members: Int, bytewise: Bool) async throws {
        let body = Array(repeating: Self.openFrame, count: members).flatMap { $0 }
        let script = bytewise ? Self.script(body).bytewise : Self.script(body)
        let expected = String(repeating: "o\n", count: members)
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let response = try await connection.send(Self.asking, within: MailboxTests.long)
            #expect(String(buffer: response.body) == expected)
        }
    }

    @Test("One that nobody asked for stays as it is")
    func uninvited() async throws {
        try await HTTPConnectionTests.connected(Self.script(Self.openFrame)) { connection async throws in
            let response = try await connection.send(HTTPConnectionTests.get, within: MailboxTests.long)
            #expect(Array(response.body.readableBytesView) == Self.openFrame)
        }
    }

    @Test(
        "One that is cut or no gzip is malformed",
        arguments: [
            Array(openFrame.dropLast()), [0x1f], Array("o\n".utf8), openFrame + [7], Array(openFrame.prefix(12)),
        ])
    func broken(_ body: [UInt8]) async throws {
        try await HTTPConnectionTests.connected(Self.script(body)) { connection async throws in
            let error = await #expect(throws: WireError.self) {
                try await connection.send(Self.asking, within: MailboxTests.long)
            }
            #expect(error?.kind == .malformed)
        }
    }

    @Test("What comes out is bounded, whatever goes in")
    func bomb() throws {
        var inflater = try GzipInflater()
        var input = ByteBuffer(bytes: Self.openFrame + Self.openFrame)
        let first = try inflater.inflate(&input, atMost: 3)
        let second = try inflater.inflate(&input, atMost: 3)
        #expect([first.readableBytes, second.readableBytes] == [3, 1])
        let isAtEnd = inflater.isAtEnd
        #expect(isAtEnd)
    }

    @Test func `What is inflated counts towards the bound of bodies as it comes out`() async throws {
        let members = Array(repeating: Self.mebibyteOfZeros, count: HTTPConnection.bodyLimit >> 20 + 1)
        let script = Self.script(members.flatMap { $0 })
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let error = await #expect(throws: WireError.self) {
                try await connection.send(Self.asking, within: MailboxTests.long)
            }
            #expect(error?.kind == .tooMuch)
        }
    }
}
