import History
import Stickler
import Testing

/// A seed makes a run again, whatever else is in it.
@Suite(.tags(.slow))
struct SeedTests {
    /// What one client chose by itself: its source address, and its requests in their order, without marks of time.
    private struct Choices: Equatable {
        var source: String?
        var requests: [String] = []

        /// Whether both are the same up to where one of them ended, as at a deadline that only one of them missed.
        func agrees(with other: Choices) -> Bool {
            source == other.source && zip(requests, other.requests).allSatisfy(==)
        }
    }

    private static func choices(_ history: RunHistory) -> [String: Choices] {
        var all: [String: Choices] = [:]
        for event in history.events {
            guard case .client(let name) = event.actor, case .requestSent(let sent) = event.kind else { continue }
            all[name, default: Choices()].source = sent.source
            let target = sent.target.prefix { $0 != "?" }
            all[name, default: Choices()].requests.append("\(sent.method) \(target) \(sent.session ?? "-")")
        }
        return all
    }

    @Test func `a case by itself does what it did among others`() async throws {
        let one = "stickiness/polling-same-node"
        let among = try await Verification(cases: ["stickiness/*", "sockjs/info", "upgrade/*"], seed: 7).run()
        let alone = try await Verification(cases: [one], seed: 7).run()
        let other = try await Verification(cases: [one], seed: 8).run()
        let runs = try [among, alone, other].map { Self.choices(try #require($0.history.runs[one])) }
        #expect(runs[0].count > 10)
        #expect(Set(runs[0].keys) == Set(runs[1].keys))
        for (name, choices) in runs[0] {
            let again = try #require(runs[1][name])
            #expect(choices.agrees(with: again), "\(name): \(choices) and \(again)")
        }
        #expect(runs[0].contains { name, choices in runs[2][name].map { !choices.agrees(with: $0) } ?? true })
    }
}
