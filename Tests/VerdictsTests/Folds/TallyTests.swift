import Foundation
import History
import Testing

@testable import Verdicts

struct TallyTests {
    /// Each thing once, so that a sum that leaves one out is another.
    private static let receipts: [StickinessReceipt] =
        [.sound, .excused, .consequence, .ownerless]
        + [
            .moved(to: Names.n2, status: 404), .failedElsewhere(Names.n2), .answeredByBalancer(status: 502),
            .refused(status: 500), .failed,
        ].map { .wrong(StickinessViolation(owner: Names.n1, kind: Names.poll, wrong: $0)) }

    private static let violations: [ContinuityViolation] = [
        .ended(on: nil, cause: .peer), .reset(on: nil, to: nil), .fellBack(from: .websocket, to: .xhrPolling),
        .stormed(attempts: 3, in: .seconds(1)),
    ]

    @Test func `what became of requests is counted by its kind`() throws {
        var tally = StickinessTally()
        Self.receipts.forEach { tally.add($0) }
        for owner in [Names.n1, Names.n2, nil] { tally.addOpening(on: owner) }
        #expect(
            try counts(tally) == [
                "sound": 1, "excused": 1, "moved": 2, "answeredByBalancer": 1, "refused": 1, "failed": 1, "openings": 2,
                "ownerless": 1,
            ])
        #expect(tally.wrong == 5)
        var sum = tally
        sum.add(tally)
        #expect(try counts(sum) == counts(tally).mapValues { $0 * 2 })
    }

    @Test func `how sessions go on is counted by what is wrong`() throws {
        var tally = ContinuityTally()
        Self.violations.forEach { tally.add($0) }
        #expect(try counts(tally) == ["ended": 1, "reset": 1, "fellBack": 1, "stormed": 1])
        var sum = tally
        sum.add(tally)
        #expect(try counts(sum) == counts(tally).mapValues { $0 * 2 })
    }

    @Test func `what messages became is counted by its kind`() throws {
        let violations: [DeliveryViolation] = [
            .unexpected(nil), .altered(1, sent: nil, came: nil), .duplicated(1), .replayed(1), .reordered(1, after: 2),
            .stale(1), .untellable(limit: 1),
        ]
        var tally = DeliveryTally()
        violations.forEach { tally.add(DeliveryReceipt.wrong($0)) }
        for receipt in [DeliveryReceipt.sound, .repeated, .untold] { tally.add(receipt) }
        tally.add(DeliveryLoss(gaps: NumberRuns([1, 2]), unseen: NumberRuns([4, 6, 7])))
        #expect(
            try counts(tally) == [
                "unexpected": 1, "altered": 1, "duplicated": 1, "replayed": 1, "repeated": 1, "reordered": 1,
                "stale": 1,
                "lostBetween": 2, "lostAtEnd": 3, "untellable": 1, "untold": 1,
            ])
        var sum = tally
        sum.add(tally)
        #expect(try counts(sum) == counts(tally).mapValues { $0 * 2 })
    }

    /// All counts of a tally by their names, so that none is forgotten.
    private func counts(_ tally: some Encodable) throws -> [String: Int] {
        try JSONDecoder().decode([String: Int].self, from: JSONEncoder().encode(tally))
    }
}
