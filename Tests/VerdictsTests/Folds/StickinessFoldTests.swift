import History
import Testing

@testable import Verdicts

struct StickinessFoldTests {
    /// One thing that happens to a session or to nodes, at a moment in milliseconds.
    enum Step: Sendable {
        case opens(NameNumber?, Int64)
        case ends(RequestEnd, ClosedRange<Int64>)
        case goes(NameNumber, NodeOutages.Effect, Int64)
        /// Noticed within 100 ms.
        case returns(NameNumber, Int64)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [Step]
        /// Of each request that ended.
        var receipts: [StickinessReceipt]

        init(_ rule: String, _ steps: [Step], _ receipts: StickinessReceipt...) {
            (testDescription, self.steps, self.receipts) = (rule, steps, receipts)
        }
    }

    private static let (n1, n2) = (Names.n1, Names.n2)
    private static let (good, moved) = (
        RequestEnd.answered(status: 200, by: n1), RequestEnd.answered(status: 404, by: n2)
    )

    private static func wrong(_ what: StickinessViolation.Wrong, owner: NameNumber = n1) -> StickinessReceipt {
        .wrong(StickinessViolation(owner: owner, kind: Names.poll, wrong: what))
    }

    static let rows = [
        Row(
            "answers of the owner",
            [
                .opens(n1, 0), .ends(good, 1...2), .ends(.answered(status: 204, by: n1), 2...3),
            ], .sound, .sound),
        Row("an answer of another node", [.opens(n1, 0), .ends(moved, 1...2)], wrong(.moved(to: n2, status: 404))),
        Row(
            "an answer of nobody", [.opens(n1, 0), .ends(.answered(status: 200, by: nil), 1...2)],
            wrong(.answeredByBalancer(status: 200))),
        Row(
            "an error of the owner", [.opens(n1, 0), .ends(.answered(status: 500, by: n1), 1...2)],
            wrong(.refused(status: 500))),
        Row("no answer", [.opens(n1, 0), .ends(.failed(elsewhere: nil), 1...2)], wrong(.failed)),
        Row(
            "no answer, and another node had it", [.opens(n1, 0), .ends(.failed(elsewhere: n2), 1...2)],
            wrong(.failedElsewhere(n2))),
        Row(
            "what follows a violation", [.opens(n1, 0), .ends(moved, 1...2), .ends(good, 3...4), .ends(moved, 5...6)],
            wrong(.moved(to: n2, status: 404)), .consequence, .consequence),
        Row(
            "a session that opens again after a violation",
            [
                .opens(n1, 0), .ends(moved, 1...2), .opens(n2, 3), .ends(.answered(status: 200, by: n2), 4...5),
                .ends(good, 6...7),
            ], wrong(.moved(to: n2, status: 404)), .sound, wrong(.moved(to: n1, status: 200), owner: n2)),
        Row(
            "a session of an unknown node", [.ends(good, 0...1), .opens(nil, 2), .ends(moved, 3...4)],
            .ownerless, .ownerless),
        Row(
            "a fault of another node excuses nothing",
            [
                .opens(n1, 0), .goes(n2, .endsSessions, 5), .ends(.failed(elsewhere: nil), 10...20),
            ], wrong(.failed)),
        Row(
            "the owner hangs while a request is under way, at its begin, its end or all the time",
            [
                .opens(n1, 0), .goes(n1, .silencesNode, 50), .ends(.failed(elsewhere: nil), 10...50),
                .ends(.failed(elsewhere: nil), 60...70), .returns(n1, 80), .ends(.failed(elsewhere: nil), 180...190),
                .ends(good, 190...200), .ends(.failed(elsewhere: nil), 200...210),
            ], .excused, .excused, .excused, .sound, wrong(.failed)),
        Row(
            "a request that ended before its owner hangs",
            [
                .opens(n1, 0), .goes(n1, .silencesNode, 50), .ends(.failed(elsewhere: nil), 10...49),
            ], wrong(.failed)),
        Row(
            "who moved while the owner hung need not go back",
            [
                .opens(n1, 0), .goes(n1, .silencesNode, 50), .ends(moved, 60...70), .returns(n1, 80),
                .ends(moved, 500...510),
            ], .excused, .excused),
        Row(
            "a session whose owner was killed is nowhere, even when the node is back",
            [
                .opens(n1, 0), .goes(n1, .endsSessions, 50), .returns(n1, 80), .ends(moved, 500...510),
                .ends(moved, 600...610),
            ], .excused, .excused),
        Row(
            "a session that opened after the kill is judged",
            [
                .goes(n1, .endsSessions, 50), .returns(n1, 80), .opens(n1, 90), .ends(good, 100...110),
                .ends(moved, 500...510),
            ], .sound, wrong(.moved(to: n2, status: 404))),
        Row(
            "good answers of an owner that is said to be away are good",
            [
                .opens(n1, 0), .goes(n1, .silencesNode, 50), .ends(good, 60...70),
            ], .sound),
    ]

    @Test(arguments: rows)
    func `requests are judged by the owner, and by whether it was there`(_ row: Row) {
        var (fold, outages, receipts) = (StickinessFold(), NodeOutages(), [StickinessReceipt]())
        for step in row.steps {
            switch step {
            case .opens(let node, let time): fold.open(on: node, at: moment(time))
            case .ends(let end, let time):
                receipts.append(fold.end(end, of: Names.poll, during: stretch(time), outages: outages))
            case .goes(let node, let effect, let time): outages.begin(node, effect, at: moment(time))
            case .returns(let node, let time): outages.end(node, at: moment(time), patience: .milliseconds(100))
            }
        }
        #expect(receipts == row.receipts)
    }

    @Test(
        arguments: [
            (.moved(to: n2, status: 404), "was answered by n2 with status 404"),
            (.failedElsewhere(n2), "was sent to n2 and failed"),
            (.answeredByBalancer(status: 502), "was answered by the balancer itself with status 502"),
            (.refused(status: 500), "was answered with status 500"), (.failed, "failed"),
        ] as [(StickinessViolation.Wrong, String)])
    func `each violation is a sentence`(_ wrong: StickinessViolation.Wrong, _ end: String) {
        let violation = StickinessViolation(owner: Names.n1, kind: Names.poll, wrong: wrong)
        #expect(
            violation.sentence(session: "s", names: Names.table) == "poll of session s, which n1 opened, \(end)")
        let told = violation.sentence(session: "s", names: Names.table, failure: "reset")
        #expect(told.hasSuffix(": reset") == end.hasSuffix("failed"))
    }

    @Test func `sessions on a single node tell nothing of affinity, nor do few or none`() {
        var fold = SpreadFold()
        #expect(fold.doubt(least: 0) == .noSession)
        fold.open(on: nil, isFirst: true)
        #expect(fold.doubt(least: 1) == .singleNode(nil, sessions: 1))
        fold.open(on: Names.n1, isFirst: true)
        fold.open(on: Names.n1, isFirst: false)
        #expect(fold.doubt(least: 1) == .singleNode(Names.n1, sessions: 2))
        fold.open(on: Names.n2, isFirst: true)
        #expect(fold.doubt(least: 3) == nil)
        #expect(fold.doubt(least: 4) == .tooFew(3, of: 4))
        #expect(fold.openings == [Names.n1: 2, Names.n2: 1])
    }

    @Test func `it is small`() { #expect(MemoryLayout<StickinessFold>.size <= 24) }
}
