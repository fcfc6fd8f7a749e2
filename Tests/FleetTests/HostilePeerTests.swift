import Fleet
import History
import SockJS
import Testing
import Wire

private typealias Answer = AnsweringServer.Answer

/// Whatever a balancer sends, a client comes to an end, keeps little of it, and records what it was.
@Suite("A hostile peer is an observation, never a hang or a trap", .timeLimit(.minutes(1)))
struct HostilePeerTests {
    private static func failures(_ recorder: HistoryRecorder) -> [RequestFailure] {
        recorder.history.events.compactMap {
            if case .requestFailed(let failed) = $0.kind { return failed.failure }
            return nil
        }
    }

    @Test(
        "An answer that is no HTTP/1.1 is malformed, one that is cut off closed early",
        arguments: [
            (Array("\u{0}\u{1}\u{2} nonsense\r\n\r\n".utf8), RequestFailure.malformed),
            (Array("HTTP/1.1 two hundred\r\n\r\n".utf8), .malformed),
            (Array("HTTP/9.9 200 X\r\nContent-Length: 0\r\n\r\n".utf8), .malformed),
            (Array("HTTP/1.1 200 X\r\nA: b\u{0}c\r\nContent-Length: 0\r\n\r\n".utf8), .malformed),
            (Array("HTTP/1.1 200 X\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef".utf8), .malformed),
            (Array("HTTP/1.1 200 X\r\nContent-Length: 99999999999999999999999\r\n\r\n".utf8), .malformed),
            (Array("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n".utf8), .malformed),
            (Array("HTTP/1.1 200 X\r\nA: \(String(repeating: "x", count: 200_000))\r\n\r\n".utf8), .malformed),
            (Array("HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\nrest".utf8), .malformed),
            (Array("HTTP/1.1 200 X\r\nContent-Le".utf8), .closedEarly),
            (Array("HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\nab".utf8), .closedEarly),
            ([], .closedEarly),
        ] as [([UInt8], RequestFailure)])
    func answers(_ bytes: [UInt8], _ failure: RequestFailure) async throws {
        try await AnsweringServer.running([Answer(bytes).closing]) { _, client, recorder in
            await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: long))
            #expect(Self.failures(recorder) == [failure])
        }
    }

    @Test("Bytes that are no UTF-8, in fields and bodies, are taken as they can be")
    func notUTF8() async throws {
        let head = Array("HTTP/1.1 200 X\r\nX-Odd: ".utf8) + [0xff, 0xfe]
        let fields = Array("\r\nSet-Cookie: a=".utf8) + [0xc3, 0x28] + Array("\r\nContent-Length: 3\r\n\r\n".utf8)
        let answer = Answer(head + fields + [0x1f, 0x8b, 0xff])
        try await AnsweringServer.running([answer, .http(200, "")]) { server, client, recorder in
            let outcome = await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: long))
            #expect(outcome.status == 200)
            await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: long))
            #expect(server.requests.count == 2)
            #expect(Self.failures(recorder) == [])
        }
    }

    @Test("A compressed poll that nobody asked for opens no session")
    func gzip() async throws {
        let gzip: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0xe7, 2, 0]
        let head = "HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: \(gzip.count)\r\n\r\n"
        try await AnsweringServer.running([Answer(Array(head.utf8) + gzip), .http(404, "")]) { _, client, recorder in
            let opened = await SockJSCarrier.open(
                client, path: .init(prefix: "/echo", server: "000", session: "s", transport: .xhr), session: "s",
                within: long)
            guard case .failure = opened else {
                Issue.record("a session opened")
                return
            }
            #expect(recorder.history.openings.isEmpty)
        }
    }
}

@Suite("No cookie makes a client send what it does not mean", .timeLimit(.minutes(1)))
struct HostileCookieTests {
    @Test(
        "A field of control characters is not stored",
        arguments: ["a=1\r\nX-Injected: 1", "a=1\nb", "a=1\u{0}", "a\u{7f}=1", "a=1; Path=/\r\nX: y", "a=\u{1b}[2J"])
    func controls(_ field: String) {
        var jar = CookieJar(host: CookieHost("127.0.0.1"))
        jar.store(setCookie: field, requestPath: "/", now: 0)
        #expect(jar.cookies == [])
    }

    @Test("Name and value have 4096 bytes at most", arguments: [(4_095, true), (4_096, false), (70_000, false)])
    func size(_ valueBytes: Int, isStored: Bool) {
        var jar = CookieJar(host: CookieHost("127.0.0.1"))
        jar.store(setCookie: "a=\(String(repeating: "x", count: valueBytes))", requestPath: "/", now: 0)
        #expect(jar.cookies.isEmpty != isStored)
    }

    @Test(
        "What a Set-Cookie field brings goes back in one Cookie field or not at all",
        arguments: ["a=1\r\n X-Injected: 1", "a=1\rX-Injected: 1", "a=1\nX-Injected: 1", "a=1; Path=/\r\n\tb=2"])
    func injection(_ field: String) async throws {
        let first = Answer.http(200, "", "Set-Cookie: \(field)\r\n")
        try await AnsweringServer.running([first, .http(200, "")]) { server, client, _ in
            await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: long))
            await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: long))
            for request in server.requests {
                let names = request.utf8.split(separator: 10).dropFirst().map {
                    String(decoding: $0.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self).lowercased()
                }
                #expect(Set(names).isSubset(of: ["host", "x-stickler-request", "cookie", "\r"]), "\(names)")
            }
        }
    }
}

@Suite("Bytes behind a 101 may be anything", .timeLimit(.minutes(1)))
struct HostileWebSocketTests {
    @Test(
        "Frames that break the protocol end the session with 1006",
        arguments: [
            [0xff, 0xff, 0xff, 0xff], [0x83, 0], [0x81, 0x80, 0, 0, 0, 0], [0x81, 2, 0xc3, 0x28], [0x80, 0],
            [0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x89, 126, 0, 126],
            [0x88, 1, 3], [0x88, 2, 0, 0], [0xc1, 1, 0x6f],
        ] as [[UInt8]])
    func garbage(_ frame: [UInt8]) async throws {
        try await AnsweringServer.running([.upgraded(Answer.text("o") + frame)]) { _, client, recorder in
            let carrier = try await WebSocketCarrier.open(
                client, target: "/w", framing: .sockJS, session: "s", within: long
            ).get()
            await #expect(throws: CarrierError.self) { try await carrier.receive(within: long) }
            #expect(recorder.history.closes.map(\.code) == [1006])
            await carrier.close()
        }
    }
}
