import History
import Testing
import Wire

@testable import Fleet

@Suite("Requests on a literal connection go out as they are written")
struct LiteralConnectionTests {
    private static let label = RequestLabel("literal")

    @Test("lines, line ends and bodies are those that were given, and each request and answer is recorded")
    func exchanges() async throws {
        try await AnsweringServer.running([.http(200, "one"), .http(403, "two")]) {
            server, client, recorder async throws in
            let connection = try await LiteralConnection.open(client, within: long)
            let first = LiteralRequest(
                "POST", "/x", lines: ["Content-Length : 3", " folded"], lineEnd: "\r\n", body: "abc")
            let answer = await connection.exchange(first, label: Self.label, within: long)
            #expect(answer?.status == 200)
            #expect(answer?.nodeID == "n1")
            #expect(server.requests.first?.hasPrefix("POST /x HTTP/1.1\r\nHost: ") == true)
            #expect(server.requests.first?.contains("\r\nContent-Length : 3\r\n folded\r\n") == true)
            await connection.close()
            #expect(await connection.exchange(first, label: Self.label, within: long) == nil)
            let kinds = recorder.history.events.map(\.kind)
            #expect(
                kinds.count { if case .requestSent(let sent) = $0 { sent.label == Self.label } else { false } } == 2)
            #expect(kinds.count { if case .responseReceived = $0 { true } else { false } } == 1)
            #expect(kinds.count { if case .requestFailed = $0 { true } else { false } } == 1)
        }
    }

    @Test("a request without a name is known to no node, and a path of a node is one of the app's")
    func text() async throws {
        try await AnsweringServer.running([]) { _, client, _ async throws in
            let request = LiteralRequest("GET", "/x?a=b", lines: ["A: b"], lineEnd: "\n", body: "rest")
            let text = request.text(from: client, mark: "m")
            #expect(text == "GET /x?a=b HTTP/1.1\nHost: \(client.target.host)\nA: b\n\nrest")
            #expect(request.text(from: client, mark: "m", requestID: "r").contains("\nX-Stickler-Request: r\n"))
        }
    }
}
