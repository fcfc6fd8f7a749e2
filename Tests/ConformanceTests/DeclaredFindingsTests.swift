import Fleet
import History
import Testing
import Verdicts

@testable import Conformance

/// Judges are total functions of histories: whatever one holds, they end, and say only what their case declares.
struct DeclaredFindingsTests {
    /// Random histories, each a pure function of its number.
    private static let histories = (1...60).map { RandomHistory(seed: UInt64($0)).history }

    @Test(arguments: CaseCatalog.all.map(\.description.id))
    func `a judge raises no code that its case does not declare, whatever the history`(_ id: String) throws {
        let one = try #require(CaseCatalog.named(id))
        var raised: Set<FindingCode> = []
        for history in Self.histories {
            let judgement = one.judge(history.view)
            raised.formUnion(judgement.findings.map(\.code))
            #expect(judgement.observations >= 0)
            #expect(judgement.findings.allSatisfy { !$0.message.isEmpty })
        }
        // That each declared code comes is shown by the edits of a good history.
        #expect(raised.isSubset(of: one.description.findings))
    }

    /// What a case is about may lie outside the vocabulary of random histories; its own history has it.
    @Test(arguments: CaseCatalog.all.map(\.description.id))
    func `a judge raises no code that its case does not declare, whatever is wrong in its good history`(_ id: String)
        throws
    {
        let recorded = try RecordedCase.named(id)
        var raised: Set<FindingCode> = []
        for seed in 1...6 {
            let history = Self.damaged(recorded.history, seed: UInt64(seed))
            raised.formUnion(recorded.one.judge(history.view).findings.map(\.code))
        }
        #expect(raised.isSubset(of: recorded.one.description.findings))
    }

    /// One event of ten is not there, one of thirty comes twice, and one of thirty answers is a 502 of no node.
    private static func damaged(_ history: RunHistory, seed: UInt64) -> RunHistory {
        var random = ClientRandom(seed: seed, name: "damage")
        let events = history.events.flatMap { event -> [HistoryEvent] in
            switch (Int.random(in: 0..<30, using: &random), event.kind) {
            case (0...2, _): return []
            case (3, _): return [event, event]
            case (4, .responseReceived(var response)):
                (response.status, response.nodeID, response.bootID) = (502, nil, nil)
                return [HistoryEvent(time: event.time, actor: event.actor, kind: .responseReceived(response))]
            default: return [event]
            }
        }
        return RunHistory(events: events)
    }
}
