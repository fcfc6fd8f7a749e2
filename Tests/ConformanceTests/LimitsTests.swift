import History
import Testing
import Verdicts

@testable import Conformance

struct RequestBodyTests {
    /// A session that sends one message; the message that a node executed.
    static func history(status: Int?, reached: Bool = true, executed digest: String? = "d") -> RunHistory {
        JudgeHistory { events in
            events.opened("s")
            events.event(
                .client("c"),
                .messageSent(Message(session: "s", epoch: 1, number: 1, payload: "x", bytes: 65_539, digest: "d")))
            events.request(
                "send", "POST", "/echo/0/s/xhr_send", session: "s", status: status, executed: reached ? .init() : nil)
            if let digest {
                events.event(
                    .node("n1"),
                    .messageExecuted(
                        MessageExecuted(session: "s", bootID: "b", payload: "x", bytes: 65_539, digest: digest)))
            }
        }.history
    }

    static let vectors: [(Int?, Bool, String?, Verdict, Set<FindingCode>)] = [
        (204, true, "d", .pass, []), (204, true, "other", .fail, [.messageAltered]),
        (204, true, nil, .fail, [.messageAltered]), (413, false, nil, .fail, [.bodyRefused]),
        (502, false, nil, .fail, [.bodyRefused]), (nil, false, nil, .fail, [.bodyRefused]),
        // The session is not known there; the body is.
        (404, true, nil, .pass, []),
    ]

    @Test(arguments: vectors)
    func `a large message is executed byte for byte, or was refused`(
        _ status: Int?, _ reached: Bool, _ digest: String?, _ verdict: Verdict, _ codes: Set<FindingCode>
    ) throws {
        let result = try judged(
            "limits/request-body", Self.history(status: status, reached: reached, executed: digest))
        #expect(result.verdict == verdict, "\(result.reason)")
        #expect(result.codes == codes)
    }

    @Test func `the finding tells size and status`() throws {
        let result = try judged("limits/request-body", Self.history(status: 413, reached: false, executed: nil))
        #expect(result.reason == "an xhr_send with a message of 65539 bytes was answered 413 by no node of ours")
    }

    @Test func `without a session nothing was asked`() throws {
        let none = JudgeHistory {
            $0.request("poll-open", "GET", "/echo/0/s/xhr", session: "s", status: 502, executed: nil)
        }
        #expect(try judged("limits/request-body", none.history).verdict == .inconclusive)
    }
}

struct RequestFieldsTests {
    static func pad(_ count: Int) -> String {
        (0..<count).map { "stickler-large-\($0)=\(String(repeating: "x", count: 2_030))" }.joined(separator: "; ")
    }

    /// A GET without and one with so many large cookies; what the node saw of them.
    static func history(_ count: Int = 2, plain: Bool = true, status: Int? = 200, seen: String?) -> RunHistory {
        JudgeHistory { events in
            events.request(
                "request-fields", "GET", "/whoami", status: plain ? 200 : 503, executed: plain ? .init() : nil)
            events.request(
                "request-fields", "GET", "/whoami", cookie: "SRV=1; \(pad(count))", status: status,
                executed: seen.map { .init(headers: [["cookie", $0]]) })
        }.history
    }

    @Test func `all large cookies reach the node, whatever becomes of the balancer's own`() throws {
        #expect(try judged("limits/request-fields", Self.history(seen: Self.pad(2))).verdict == .pass)
        let lost = try judged("limits/request-fields", Self.history(seen: Self.pad(1)))
        #expect(lost.codes == [.headerLost])
        let cut = try judged("limits/request-fields", Self.history(seen: String(Self.pad(2).dropLast(9))))
        #expect(cut.codes == [.headerLost])
    }

    @Test(arguments: [400, 431, 414, nil])
    func `a refusal is told with the size`(_ status: Int?) throws {
        let result = try judged("limits/request-fields", Self.history(status: status, seen: nil))
        #expect(result.codes == [.fieldsRefused])
        #expect(result.reason.hasPrefix("a GET with 4 KiB of cookies "), "\(result.reason)")
    }

    @Test func `where nothing is served, no size is to blame`() throws {
        let result = try judged("limits/request-fields", Self.history(plain: false, status: 503, seen: nil))
        #expect(result.verdict == .inconclusive)
    }
}

struct AnswerFieldsTests {
    static func history(_ count: Int, status: Int? = 200, isNode: Bool = true) -> RunHistory {
        let field = ["set-cookie", "stickler-large-0=\(String(repeating: "x", count: 984))"]
        return JudgeHistory { events in
            events.event(
                .client("c"),
                .requestSent(
                    RequestSent(
                        requestID: "r", connection: "k", method: "GET", target: "/whoami?cookies=3",
                        label: "answer-fields")))
            events.event(
                .node("n1"),
                .requestExecuted(
                    RequestExecuted(
                        requestID: "r", bootID: "b", method: "GET", target: "/whoami?cookies=3", status: 200,
                        headers: [], peer: "127.0.0.1:9")))
            if let status {
                events.event(
                    .client("c"),
                    .responseReceived(
                        ResponseReceived(
                            requestID: "r", status: status, nodeID: isNode ? "n1" : nil, bootID: nil,
                            headers: Array(repeating: field, count: count))))
            } else {
                events.event(
                    .client("c"), .requestFailed(RequestFailed(requestID: "r", failure: .closedEarly, detail: "x")))
            }
        }.history
    }

    @Test func `the answer comes with all its fields or is refused`() throws {
        #expect(try judged("limits/answer-fields", Self.history(3)).verdict == .pass)
        #expect(try judged("limits/answer-fields", Self.history(2)).codes == [.headerLost])
        #expect(
            try judged("limits/answer-fields", Self.history(0, status: 502, isNode: false)).codes == [.answerRefused])
        #expect(try judged("limits/answer-fields", Self.history(3, status: 500)).codes == [.answerRefused])
        #expect(try judged("limits/answer-fields", Self.history(0, status: nil)).codes == [.answerRefused])
    }

    @Test func `a request that no node answered says nothing of answers`() throws {
        let unseen = JudgeHistory {
            $0.request("answer-fields", "GET", "/whoami?cookies=3", status: 503, executed: nil)
        }
        #expect(try judged("limits/answer-fields", unseen.history).verdict == .inconclusive)
    }
}

struct OneAddressTests {
    /// One client alone, then so many together, of whom some are refused.
    static func history(alone: Bool = true, refused: [Int?] = [], cut: Int = 0) -> RunHistory {
        JudgeHistory { events in
            if alone { events.opened("a/alone", over: .websocket) }
            for number in 0..<6 {
                let session = "s\(number)/together"
                if number < refused.count {
                    events.request(
                        "info", "GET", "/echo/info", session: session, status: refused[number], executed: nil)
                    continue
                }
                events.request("info", "GET", "/echo/info", session: session, status: 200)
                events.opened(session, over: .websocket)
                if number < refused.count + cut {
                    events.event(
                        .client("c"),
                        .sessionClosed(
                            SessionClosed(session: session, epoch: 1, code: 1006, reason: "gone", cause: .peer)))
                }
            }
        }.history
    }

    @Test func `all are served, or some are refused or cut off`() throws {
        #expect(try judged("limits/one-address", Self.history()).verdict == .pass)
        let refused = try judged("limits/one-address", Self.history(refused: [503, 503, 429]))
        #expect(refused.codes == [.clientRefused])
        #expect(refused.reason.contains("3 of 6 clients"))
        #expect(refused.reason.contains("1 answered 429, 2 answered 503"), "\(refused.reason)")
        let cut = try judged("limits/one-address", Self.history(cut: 2))
        #expect(cut.codes == [.clientRefused])
        #expect(cut.reason.contains("2 of 6 sessions"))
    }

    @Test func `where one alone is not served, their number is not to blame`() throws {
        #expect(try judged("limits/one-address", Self.history(alone: false, refused: [503])).verdict == .inconclusive)
    }
}
