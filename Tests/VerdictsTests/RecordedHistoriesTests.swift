import Foundation
import History
import TestSupport
import Testing

@testable import Verdicts

@Suite("Recorded histories are read back as they were written")
struct RecordedHistoriesTests {
    static let directory = Checkout.fixture("histories")

    static let names = [
        "polling-same-node", "polling-same-node-affinity-table-too-small", "kill-moves-sessions",
        "kill-moves-sessions-dead-node-kept", "message-sizes", "message-sizes-corrupts-large-frames",
    ]

    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: directory.appendingPathComponent("\(name).jsonl"))
    }

    @Test("Reading and writing gives the same lines", arguments: names)
    func lossless(_ name: String) throws {
        let data = try Self.data(name)
        let written = try HistoryFile(jsonLines: data).jsonLines()
        let lines = { (data: Data) in String(decoding: data, as: UTF8.self).split(separator: "\n") }
        #expect(lines(written).count > 50)
        // The first difference says more than two files of thousands of lines.
        let difference = zip(lines(data), lines(written)).first { $0 != $1 }
        #expect(difference?.0 == difference?.1)
        #expect(written == data)
    }

    @Test("What is true of a pass is false of the mutant's run")
    func stickiness() throws {
        #expect(try judged("polling-same-node", StickinessChecker().judge).verdict == .pass)
        let mutant = try judged("polling-same-node-affinity-table-too-small", StickinessChecker().judge)
        #expect(mutant.verdict == .fail)
        #expect(mutant.findings.allSatisfy { $0.code == .sessionMoved })
    }

    @Test("An altered large message shows in the recorded digests")
    func messageSizes() throws {
        let judge = EchoChecker(altered: .payloadAltered).judge
        #expect(try judged("message-sizes", judge, hasControl: true).verdict == .pass)
        let mutant = try judged("message-sizes-corrupts-large-frames", judge, hasControl: true)
        #expect(mutant.verdict == .fail)
        #expect(mutant.findings.map(\.code) == [.payloadAltered, .payloadAltered])
    }

    @Test("Sessions of the killed node have a second connection on another one, unless the mutant kept it")
    func killMovesSessions() throws {
        for (name, moves) in [("kill-moves-sessions", true), ("kill-moves-sessions-dead-node-kept", false)] {
            let history = try #require(try HistoryFile(jsonLines: Self.data(name)).runs["failover/kill-moves-sessions"])
            let kill = try #require(history.view.fault(.kill))
            let victims = history.view.sessions.filter { $0.opened.nodeID == kill.nodeID && $0.opened.epoch == 1 }
            let moved = history.view.sessions.filter { $0.opened.epoch > 1 }
            #expect(victims.count > 1)
            #expect(Set(moved.map(\.opened.session)) == (moves ? Set(victims.map(\.opened.session)) : []))
            #expect(moved.allSatisfy { $0.opened.nodeID != kill.nodeID && $0.openedAt > kill.time })
        }
    }

    private func judged(
        _ name: String, _ judge: @escaping @Sendable (HistoryView) -> Judgement, hasControl: Bool = false
    ) throws -> CaseResult {
        let file = try HistoryFile(jsonLines: Self.data(name))
        let (id, history) = try #require(file.runs.first)
        let description = CaseDescription(
            id: id, title: "", features: [], proves: "", findings: [], hasControl: hasControl)
        return CaseJudge(description: description, judge: judge).result(of: history)
    }
}
