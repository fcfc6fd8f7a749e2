import Foundation
import NIOCore
import ReferenceNode
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct `The control plane obeys` {
    private static let token = "0123456789abcdefTOKEN"

    private static let fault = #"{"fault":"slow","milliseconds":0}"#
    private static let json = "Content-Type: application/json\r\n"

    /// What a page that a browser shows can send, and what others send.
    struct Attempt: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = "POST"
        var target = "/faults"
        var host = "127.0.0.1:{port}"
        var headers = json
        var body = fault
        var status: Int
    }

    static let attempts = [
        Attempt(testDescription: "what verify sends", status: 200),
        Attempt(testDescription: "localhost", host: "localhost:{port}", status: 200),
        Attempt(testDescription: "an address of IPv6", host: "[::1]:{port}", status: 200),
        Attempt(testDescription: "another address of the host", host: "10.0.0.1", status: 200),
        Attempt(
            testDescription: "JSON in a charset", headers: "Content-Type: Application/JSON ; charset=utf-8\r\n",
            status: 200),
        Attempt(testDescription: "a name that was bound to us", host: "evil.example:{port}", status: 403),
        Attempt(testDescription: "a name like ours", host: "127.0.0.1.evil.example", status: 403),
        Attempt(
            testDescription: "a name that was bound to us reads the log", method: "GET", target: "/log?since=0",
            host: "evil.example", headers: "", status: 403),
        Attempt(testDescription: "a page", headers: json + "Origin: http://evil.example\r\n", status: 403),
        Attempt(testDescription: "a sandboxed page", headers: json + "Origin: null\r\n", status: 403),
        Attempt(
            testDescription: "a page of another port", headers: json + "Origin: http://127.0.0.1:1\r\n", status: 403),
        Attempt(testDescription: "our own page", headers: json + "Origin: http://127.0.0.1:{port}\r\n", status: 200),
        Attempt(testDescription: "a form", headers: "Content-Type: text/plain\r\n", status: 415),
        Attempt(testDescription: "a body of no type", headers: "", status: 415),
        Attempt(
            testDescription: "a preflight", method: "OPTIONS",
            headers: "Origin: http://evil.example\r\nAccess-Control-Request-Method: DELETE\r\n", body: "", status: 403),
        Attempt(testDescription: "a healing without a body", method: "DELETE", headers: "", body: "", status: 200),
        Attempt(
            testDescription: "a healing that a page asks for", method: "DELETE",
            headers: "Origin: http://evil.example\r\n", body: "", status: 403),
        Attempt(testDescription: "no Host", host: "", status: 403),
    ]

    @Test(arguments: attempts) func `no page of a browser`(_ attempt: Attempt) async throws {
        try await NodeBench.run { bench in
            let port = String(bench.node.control.port)
            let text = NodeBench.text(
                attempt.method, attempt.target, host: attempt.host, headers: attempt.headers, body: attempt.body
            ).replacingOccurrences(of: "{port}", with: port)
            let answer = try await bench.control(text)
            #expect(answer.status == attempt.status)
            // None of ours lets a page read it.
            #expect(answer["Access-Control-Allow-Origin"] == nil)
            let isBroken = attempt.method == "POST" && attempt.status == 200
            #expect(try await bench.status().faults == (isBroken ? ["slow"] : []))
        }
    }

    @Test(arguments: [
        ("", 401), ("Authorization: Bearer 0123456789abcdefTOKEN\r\n", 200),
        ("Authorization: bearer 0123456789abcdefTOKEN\r\n", 200),
        ("Authorization: Bearer 0123456789abcdefTOKEN2\r\n", 401),
        ("Authorization: Bearer 0123456789abcdefTOKE\r\n", 401), ("Authorization: Bearer \r\n", 401),
        ("Authorization: Basic 0123456789abcdefTOKEN\r\n", 401), ("Authorization: 0123456789abcdefTOKEN\r\n", 401),
    ]) func `where it has a token, only who bears it`(authorization: String, status: Int) async throws {
        let token = try ControlToken(Self.token)
        try await NodeBench.run {
            $0.controlToken = token
        } _: { bench in
            for (method, target, body) in [("GET", "/status", ""), ("POST", "/faults", Self.fault)] {
                let answer = try await bench.control(
                    NodeBench.text(
                        method, target, host: "127.0.0.1", headers: Self.json + authorization, body: body))
                #expect(answer.status == status)
                if status == 401 { #expect(answer["WWW-Authenticate"]?.hasPrefix("Bearer") == true) }
            }
            #expect(try await bench.control("GET", "/health").status == 200)
        }
    }

    @Test(arguments: ["0.0.0.0", "::"]) func `nobody where others reach it and there is no token`(host: String)
        async throws
    {
        var configuration = NodeConfiguration(nodeID: "n1", control: Endpoint(host: host, port: 0))
        let error = await #expect(throws: NodeError.self) { try await NodeServer.start(configuration) }
        #expect(error?.description.contains("--token-file") == true)
        #expect(error?.description.contains(ControlToken.recipe) == true)
        configuration.controlToken = try ControlToken(Self.token)
        configuration.control.host = "0.0.0.0"
        try await NodeServer.start(configuration).shutdown()
    }
}

@Suite struct `A token` {
    private func token(_ bytes: String) throws -> ControlToken {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(bytes.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try ControlToken(contentsOf: file.path)
    }

    @Test func `is what a file holds, without its line end`() throws {
        #expect(try token("\n 0123456789abcdef== \r\n") == ControlToken("0123456789abcdef=="))
    }

    @Test(arguments: [
        ("", ControlTokenError.length(0)), ("0123456789abcde\n", .length(15)), ("0123456789 abcdef", .unusableBytes),
        ("0123456789abcdé", .unusableBytes), (String(repeating: "x", count: 10_000), .length(576)),
    ]) func `has from 16 to 512 visible characters`(bytes: String, error: ControlTokenError) {
        #expect(throws: error) { try token(bytes) }
    }

    @Test func `needs a file that can be read`() {
        #expect(throws: ControlTokenError.unreadable("/nowhere/token")) {
            try ControlToken(contentsOf: "/nowhere/token")
        }
    }
}
