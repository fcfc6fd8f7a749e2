import History
import Stickler
import Testing

/// A seed makes a run again, whatever else is in it.
@Suite(.tags(.slow))
struct SeedTests {
    /// What a client chose by itself: its name, its source address, and its requests in their order, without marks of time.
    private struct Choices: Equatable {
        var sources: [String: Set<String>] = [:]
        var requests: [String: [String]] = [:]

        init(_ history: RunHistory) {
            for event in history.events {
                guard case .client(let name) = event.actor, case .requestSent(let sent) = event.kind else { continue }
                let target = sent.target.prefix { $0 != "?" }
                requests[name, default: []].append("\(sent.method) \(target) \(sent.session ?? "-")")
                sources[name, default: []].insert(sent.source ?? "-")
            }
        }
    }

    @Test func `a case by itself does what it did among others`() async throws {
        let one = "stickiness/polling-same-node"
        let among = try await Verification(cases: ["stickiness/*", "sockjs/info", "upgrade/*"], seed: 7).run()
        let alone = try await Verification(cases: [one], seed: 7).run()
        let other = try await Verification(cases: [one], seed: 8).run()
        let choices = try [among, alone, other].map { Choices(try #require($0.history.runs[one])) }
        #expect(choices[0].requests.count > 10)
        #expect(choices[0] == choices[1])
        #expect(choices[0] != choices[2])
    }
}
