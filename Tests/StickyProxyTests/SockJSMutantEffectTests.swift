import Defects
import Foundation
import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("A mutant of SockJS answers breaks one thing", .timeLimit(.minutes(1)))
struct SockJSMutantEffectTests {
    static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// A client that sent a request through a mutant, and the node that has it.
    func asked(
        _ name: String, _ path: String, method: String = "GET", fields: [String] = [],
        _ body: (RawConnection, ScriptedNode, Endpoint) async throws -> Void
    ) async throws {
        let mutant = try #require(Mutant.named(name))
        let behavior = mutant.behavior.with {
            $0.health.probe = nil
            $0.limits.scaleIdle(by: 0.04)
        }
        try await scripted(behavior, defects: mutant.defects) { client, node, proxy in
            try await client.request(method, path, fields: fields)
            _ = try await node.request()
            try await body(client, node, proxy)
        }
    }

    static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    @Test(
        "a rewritten text is found across the pieces it comes in",
        arguments: [
            ("stream-line-feeds-stripped", "/a/0/s/xhr_streaming", ["o", "\nh", "\n"], "oh"),
            ("close-frame-unterminated", "/a/0/s/xhr", ["c[3000,\"Go aw", "ay!\"]\n"], "c[3000,\"Go away!\"]"),
            ("event-stream-unescaped", "/a/0/s/eventsource", ["a%2", "5b%2", "4%25"], "a%b%24%"),
            (
                "html-scripts-deferred", "/a/0/s/htmlfile?c=x", ["<scr", "ipt><b>"],
                "<script type=\"text/deferred\"><b>"
            ),
            (
                "iframe-script-renamed", "/a/iframe.html", ["SockJS.boot", "strap_iframe()"],
                "SockJS.bootstrap-iframe()"
            ),
        ])
    func rewritten(_ name: String, _ path: String, _ pieces: [String], _ expected: String) async throws {
        try await asked(name, path) { client, node, _ in
            try await node.write(Self.chunkedHead + pieces.map(Self.chunk).joined() + "0\r\n\r\n")
            let answer = try await client.read(through: "0\r\n\r\n")
            let text = answer.split(separator: "\r\n\r\n", maxSplits: 1)[1]
            #expect(Self.unchunked(String(text)) == expected)
        }
    }

    /// The payload of whole chunks.
    static func unchunked(_ text: String) -> String {
        var payload = ""
        var rest = text[...]
        while let end = rest.range(of: "\r\n"), let count = Int(rest[..<end.lowerBound], radix: 16), count > 0 {
            let start = end.upperBound
            guard let stop = rest.utf8.index(start, offsetBy: count, limitedBy: rest.endIndex) else { break }
            payload += rest[start..<stop]
            rest = rest[stop...].dropFirst(1)
        }
        return payload
    }

    @Test("a rewritten path leaves the others alone")
    func otherPaths() async throws {
        try await asked("event-stream-unescaped", "/a/0/s/xhr") { client, node, _ in
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%25")
            #expect(try await client.response().body == "%25")
        }
    }

    @Test("jsonp-query-dropped drops the query of jsonp only", arguments: [("jsonp", false), ("htmlfile", true)])
    func query(_ transport: String, _ kept: Bool) async throws {
        let mutant = try #require(Mutant.named("jsonp-query-dropped"))
        try await scripted(.unprobed, defects: mutant.defects) { client, node, _ in
            try await client.request("GET", "/a/0/s/\(transport)?c=cb")
            #expect(try await node.request().contains("/a/0/s/\(transport)\(kept ? "?c=cb" : "") HTTP/1.1"))
        }
    }

    @Test(
        "a buffered body comes when it is complete",
        arguments: [
            ("responses-buffered", "identity", true), ("responses-buffered", "gzip", true),
            ("gzip-responses-buffered", "identity", false), ("gzip-responses-buffered", "gzip, br", true),
        ])
    func buffered(_ name: String, _ coding: String, _ isHeld: Bool) async throws {
        try await asked(name, "/stream", fields: ["Accept-Encoding: \(coding)"]) { client, node, _ in
            try await node.write(Self.chunkedHead + Self.chunk("first"))
            if !isHeld { _ = try await client.read(through: "first") }
            try await node.write(Self.chunk("second") + "0\r\n\r\n")
            let rest = try await client.read(through: "0\r\n\r\n")
            // What was held back comes as one chunk.
            #expect(rest.contains(Self.chunk("firstsecond")) == isHeld)
        }
    }

    @Test("long-bodies-cut ends the connection after 5000 bytes")
    func cut() async throws {
        try await asked("long-bodies-cut", "/stream") { client, node, _ in
            let piece = String(repeating: "~", count: 3000)
            try await node.write(Self.chunkedHead + Self.chunk(piece) + Self.chunk(piece))
            let all = String(buffer: await client.readToEnd())
            #expect(all.count { $0 == "~" } == 5000)
            #expect(!all.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test(
        "cut-answers-completed ends a cut body as if it were whole, the reference does not", arguments: [true, false])
    func completed(_ isMutant: Bool) async throws {
        let mutant = try #require(Mutant.named("cut-answers-completed"))
        let behavior = isMutant ? mutant.behavior.with { $0.health.probe = nil } : .unprobed
        try await scripted(behavior) { client, node, _ in
            try await client.request("GET", "/stream", fields: ["Connection: close"])
            _ = try await node.request()
            try await node.write(Self.chunkedHead + Self.chunk("first"))
            _ = try await client.read(through: "first\r\n")
            await (try node.connection).close()
            #expect(String(buffer: await client.readToEnd()) == (isMutant ? "0\r\n\r\n" : ""))
        }
    }

    @Test("aborts-ignored lets the node go on, the reference does not", arguments: [true, false])
    func aborts(_ isMutant: Bool) async throws {
        let mutant = try #require(Mutant.named("aborts-ignored"))
        let behavior = isMutant ? mutant.behavior.with { $0.health.probe = nil } : .unprobed
        try await scripted(behavior) { client, node, _ in
            try await client.request("POST", "/poll", body: "~")
            _ = try await node.read(through: "~")
            await client.close()
            if isMutant {
                // More than the buffers between hold, so that the write ends only if the proxy goes on reading.
                let count = 32 << 20
                try await node.write("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n")
                try await node.write([UInt8](repeating: 0x7e, count: count))
            } else {
                #expect(try await node.connection.readToEnd().readableBytes == 0)
            }
        }
    }

    @Test("idle-cut-early ends an idle request")
    func idleCut() async throws {
        try await asked("idle-cut-early", "/poll") { client, _, _ in
            #expect(await client.readToEnd().readableBytes == 0)
        }
    }

    @Test("error-pages-replaced keeps the status of an error and nothing else")
    func errors() async throws {
        try await asked("error-pages-replaced", "/send", method: "POST") { client, node, _ in
            try await node.write("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 2\r\n\r\nno")
            let answer = try await client.response()
            #expect(answer.status == 405 && answer.values("allow").isEmpty && answer.body != "no")
        }
    }

    @Test(
        "a cache gives the first client's answer to the second",
        arguments: [("preflight-cached", "OPTIONS", 204), ("not-found-cached", "GET", 404)])
    func cached(_ name: String, _ method: String, _ status: Int) async throws {
        try await asked(name, "/a/info", method: method) { client, node, proxy in
            let length = status == 204 ? "" : "Content-Length: 0\r\n"
            try await node.write(
                "HTTP/1.1 \(status) X\r\nCache-Control: public, max-age=31536000\r\nX-For: first\r\n\(length)\r\n")
            #expect(try await client.response().values("x-for") == ["first"])
            let again = try await proxy.fetch("/a/info", method: method)
            #expect(again.status == status && again.values("x-for") == ["first"])
        }
    }

    @Test("a cache keeps nothing that is not public", arguments: ["no-store", "public", "public, max-age=0"])
    func uncached(_ directives: String) async throws {
        try await asked("not-found-cached", "/a/b") { client, node, _ in
            let answer = "HTTP/1.1 404 X\r\nCache-Control: \(directives)\r\nContent-Length: 0\r\n\r\n"
            try await node.write(answer)
            _ = try await client.response()
            try await client.request("GET", "/a/b")
            _ = try await node.request()
            try await node.write(answer)
            #expect(try await client.response().status == 404)
        }
    }

    @Test(
        "an added field stands beside the node's",
        arguments: [
            ("cors-duplicated", "access-control-allow-origin", ["http://a.test", "*"]),
            ("framing-denied", "x-frame-options", ["DENY"]),
        ])
    func added(_ name: String, _ field: String, _ values: [String]) async throws {
        try await asked(name, "/") { client, node, _ in
            try await node.write(
                "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://a.test\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.response().values(field) == values)
        }
    }
}
