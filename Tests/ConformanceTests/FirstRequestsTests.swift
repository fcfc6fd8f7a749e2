import History
import Testing
import Verdicts

@testable import Conformance

struct FirstRequestsTests {
    /// What one new client saw: the nodes of what it sent at once, and of what it sent later.
    struct Client: Sendable {
        var first: [String]
        var later: [String]
        var source: String? = "127.0.0.1"
    }

    static func history(_ clients: [Client], answer: [[String]] = []) -> RunHistory {
        JudgeHistory { events in
            for (index, client) in clients.enumerated() {
                let nodes =
                    client.first.map { (RequestLabel("first-requests"), $0) }
                    + client.later.map { (RequestLabel("later-requests"), $0) }
                for (label, node) in nodes {
                    events.request(
                        label, "GET", "/whoami", client: "k1.new\(index + 1)", source: client.source, status: 200,
                        answer: answer, executed: .init(node: node))
                }
            }
        }.history
    }

    static let stays = Client(first: ["n1", "n1", "n1"], later: ["n1", "n1"])
    static let other = Client(first: ["n2", "n2", "n2"], later: ["n2", "n2"], source: "127.0.0.2")
    static let besides = Client(first: ["n1", "n1"], later: ["n1", "n1"], source: "127.0.0.2")
    static let spread = Client(first: ["n1", "n3", "n2", "n1"], later: ["n3", "n3"])
    static let wanders = Client(first: ["n1", "n2"], later: ["n1", "n2"])

    func judge(_ history: RunHistory) throws -> (verdict: Verdict, codes: Set<FindingCode>, reason: String) {
        try judged("stickiness/first-requests", history)
    }

    @Test func `clients whose first requests go where their later ones go are right`() throws {
        let result = try judge(Self.history([Self.stays, Self.other]))
        #expect(result.verdict == .pass)
        #expect(result.reason == "2 observations")
    }

    @Test func `first requests on several nodes are a warning, which names them and the node that stays`() throws {
        let result = try judge(Self.history([Self.other, Self.spread]))
        #expect(result.verdict == .warning)
        #expect(result.codes == [.firstRequestsSpread])
        #expect(
            result.reason
                == "what the new client k1.new2 sent at once reached n1, n2 and n3, and all it sent later n3")
    }

    @Test func `each client whose first requests are spread is a finding`() throws {
        var second = Self.spread
        second.source = "127.0.0.3"
        second.later = ["n1", "n1"]
        let result = try judge(Self.history([Self.spread, Self.other, second]))
        #expect(result.reason.hasSuffix("(and 1 more)"))
    }

    static let noQuestion: [(history: RunHistory, verdict: Verdict, words: String)] = [
        (history([spread, other], answer: [["set-cookie", "SRV=n1; Path=/"]]), .unsupported, "by a cookie (SRV)"),
        (history([stays, wanders]), .unsupported, "k1.new2 sent one after another reached n1 and n2"),
        (
            history([stays, besides]), .unsupported, "2 clients with addresses of their own all reached n1"
        ),
        (history([spread, stays]), .unobservable, "no addresses of their own"),
        (history([Client(first: ["n1", "n2"], later: ["n1", "n1"], source: nil)]), .unobservable, "loopback"),
        (history([]), .inconclusive, "no client"),
        (
            history([Client(first: ["n1"], later: ["n1", "n1"]), Client(first: ["n1", "n2"], later: [])]),
            .inconclusive,
            "no client"
        ),
    ]

    @Test(arguments: noQuestion.indices)
    func `where affinity doesn't go by address, or that can't be seen, there is no question`(_ row: Int) throws {
        let row = Self.noQuestion[row]
        let result = try judge(row.history)
        #expect(result.verdict == row.verdict)
        #expect(result.reason.contains(row.words), "\(result.reason)")
    }

    @Test func `an answer by no node of ours says nothing of where a client went`() throws {
        var events = JudgeHistory()
        for client in ["a", "b"] {
            for label: RequestLabel in ["first-requests", "first-requests", "later-requests", "later-requests"] {
                events.request(
                    label, "GET", "/whoami", client: client, source: client, status: 200,
                    executed: .init(node: "n-\(client)"))
            }
            events.request(
                "first-requests", "GET", "/whoami", client: client, source: client, status: 503, executed: nil)
        }
        #expect(try judge(events.history).verdict == .pass)
    }
}
