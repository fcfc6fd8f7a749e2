import Claims
import StressResults
import Testing

@testable import Stickler

@Suite struct StressRemediesTests {
    static func samples(_ kinds: [(code: String, cause: String)]) -> [SampledViolation] {
        kinds.map { SampledViolation(code: $0.code, cause: $0.cause, message: "", client: 0, at: 0, evidence: []) }
    }

    static let claims: ClaimSheet = {
        var claims = ClaimSheet()
        claims.remedies = ["affinity-none": "hash", "rewriting": "leave it", "session-stale": "the code's own"]
        return claims
    }()

    @Test(
        arguments: [
            ([("message-lost", "rewriting")], ["message-lost": "leave it"]),
            ([("message-lost", "rewriting"), ("session-moved", "affinity-none")], ["session-moved": "hash"]),
            ([("session-ended", "unexplained"), ("message-lost", "rewriting")], ["message-lost": "leave it"]),
            (
                [("session-stale", "affinity-none"), ("session-moved", "affinity-none")],
                ["session-stale": "the code's own", "session-moved": "hash"]
            ),
            ([("session-ended", "unexplained")], [:]), ([("x", "no such cause")], [:]), ([("x", "process")], [:]),
        ] as [([(code: String, cause: String)], [String: String])])
    func `what to change is told of the most fundamental cause alone`(
        kinds: [(code: String, cause: String)], remedies: [String: String]
    ) {
        #expect(Self.claims.remedies(for: Self.samples(kinds)) == remedies)
    }

    @Test(
        arguments: [([:], true), (["xhr-polling": 9], true), (["websocket": 0], true), (["websocket": 1], false)]
            as [([String: Int], Bool)])
    func `where some upgrades are forwarded, their line is not to be changed`(openedOn: [String: Int], isTold: Bool) {
        var claims = ClaimSheet()
        claims.remedies = ["upgrade": "forward it"]
        var result = StressResult(
            nothingOf: "", clients: 1, shard: .whole,
            target: StressResult.Target(name: "", config: "", nodes: []), startedAt: "")
        result.counts.openedOn = openedOn
        result.samples = Self.samples([("session-fell-back", "upgrade")])
        #expect(claims.remedies(for: result) == (isTold ? ["session-fell-back": "forward it"] : [:]))
    }
}
