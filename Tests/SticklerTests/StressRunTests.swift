import Foundation
import Testing

@testable import Stickler

@Suite("A stress run judges every client", .serialized)
struct StressRunTests {
    static func scenario(
        _ clients: Int, seconds: Double = 3, _ change: (inout StressScenario) throws -> Void = { _ in }
    ) throws -> StressScenario {
        var scenario = StressScenario(clients: clients)
        scenario.ramp = Ramp(.seconds(1))
        scenario.duration = .seconds(seconds)
        scenario.think = .fixed(.milliseconds(200))
        try change(&scenario)
        return scenario
    }

    @Test(
        "On the reference proxy nothing is found, and every message comes back",
        arguments: ["closed", "open:200"], StressScenario.Application.allCases)
    func reference(arrival: String, application: StressScenario.Application) async throws {
        let scenario = try Self.scenario(40) {
            $0.arrival = try Arrival(arrival)
            $0.application = application
        }
        let outcome = try await StressRun(.reference(), scenario).run()
        let counts = outcome.result.counts
        #expect(counts.violations == [:], "\(outcome.result.samples)")
        #expect(counts.opened == 40)
        #expect(outcome.result.connected == 40)
        #expect(counts.answered > 100)
        #expect(counts.answered == counts.sent)
        #expect(outcome.result.responseTime(percentile: 50).map { $0 > 0 } ?? false)
        #expect(outcome.conclusion == .pass)
        #expect(Set(counts.openedOn.keys) == ["websocket", "xhr-streaming", "xhr-polling"])
        #expect(counts.openedAt.count == 3)
    }

    @Test("A node that dies costs its clients their sessions and is no violation, and all come back")
    func killedNode() async throws {
        let scenario = try Self.scenario(60, seconds: 12) {
            $0.faults = [try ScheduledFault("kill n2 @3s for 3s")]
        }
        let outcome = try await StressRun(.reference(), scenario).run()
        let result = outcome.result
        #expect(result.counts.violations == [:], "\(result.samples)")
        #expect(result.counts.endedByFault > 0)
        #expect(result.counts.reopened == result.counts.endedByFault)
        #expect(result.recovery.reconnect.count == result.counts.endedByFault)
        #expect(result.recovery.reconnect.neverCount == 0)
        #expect(result.connected == 60)
        let fault = try #require(result.faults.first)
        #expect(fault.node == "n2")
        #expect(fault.to.map { $0 - fault.from > 2.5 } ?? false)
    }

    @Test("Once each client has sent its messages the run is over, and its counts don't depend on time")
    func messages() async throws {
        let scenario = try Self.scenario(30, seconds: 60) {
            $0.messages = 5
            $0.think = .fixed(.milliseconds(20))
            $0.size = MessageSize(20...900)
        }
        var counts: [StressCounts] = []
        for _ in 1...2 {
            let result = try await StressRun(.reference(), scenario).run().result
            #expect(result.seconds < 30)
            #expect(!result.isInterrupted)
            counts.append(result.counts)
        }
        #expect(counts.map(\.answered) == [150, 150])
        #expect(counts[0].sentBytes == counts[1].sentBytes)
        #expect(counts[0].openedOn == counts[1].openedOn)
    }

    struct Break: Sendable, CustomTestStringConvertible {
        var mutant: String
        var finding: String
        var consequences: Set<String> = []
        var fault: String?
        var clients = 60
        var mix = TransportMix.usual.description
        var seconds = 3.0
        var arrival = "closed"
        var application = StressScenario.Application.echo
        var testDescription: String { "\(mutant): \(finding)" }
    }

    static let breaks = [
        Break(mutant: "affinity-table-too-small", finding: "session-moved", mix: "xhr-polling"),
        // The tenth message of a client comes after two seconds.
        Break(mutant: "sockjs-frame-replayed", finding: "message-duplicated", seconds: 5),
        Break(mutant: "node-frame-dropped", finding: "message-lost", seconds: 18),
        Break(mutant: "topology-change-cuts-all", finding: "session-ended", fault: "kill n2 @3s for 2s", seconds: 6),
        Break(mutant: "tunnels-limited", finding: "session-fell-back", clients: 200, mix: "websocket"),
        Break(
            mutant: "node-frames-swapped:1/40", finding: "message-reordered",
            // One that waits for the next message waits in vain behind the last one.
            consequences: ["message-lost"], mix: "websocket", arrival: "open:600"),
        Break(mutant: "corrupts-large-frames:1/40", finding: "message-altered", mix: "websocket"),
        Break(
            mutant: "client-frame-replayed:1/40", finding: "method-replayed", mix: "websocket", application: .ddp),
        Break(mutant: "client-frame-replayed:1/40", finding: "message-duplicated", mix: "websocket"),
    ]

    @Test("Each kind of violation is found once for its cause, with what led to it", arguments: breaks)
    func mutants(_ broken: Break) async throws {
        let scenario = try Self.scenario(broken.clients, seconds: broken.seconds) {
            $0.mix = try TransportMix(broken.mix)
            $0.arrival = try Arrival(broken.arrival)
            $0.application = broken.application
            if let fault = broken.fault { $0.faults = [try ScheduledFault(fault)] }
        }
        let outcome = try await StressRun(.reference(mutant: broken.mutant), scenario).run()
        #expect(Set(outcome.result.counts.violations.keys).subtracting(broken.consequences) == [broken.finding])
        #expect(outcome.conclusion == .violations)
        let sample = try #require(outcome.result.samples.first { $0.code == broken.finding })
        #expect(!sample.evidence.isEmpty)
        let rate = try #require(outcome.result.rate(ofViolation: broken.finding))
        #expect(rate.lower > 0 && rate.lower <= rate.part && rate.part <= rate.upper)
    }

    @Test("What can't be run is refused before anything is started")
    func usage() throws {
        func message(_ target: VerificationTarget, _ scenario: StressScenario) -> String {
            do throws(VerificationError) {
                _ = try StressRun(target, scenario)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(message(.reference(), StressScenario(clients: 0)).contains("from 1 to"))
        let faulty = try Self.scenario(1) { $0.faults = [try ScheduledFault("kill @1m")] }
        #expect(message(.reference(), faulty).contains("begins after the end"))
        let bare = try Self.scenario(1) { $0.faults = [try ScheduledFault("kill @1s")] }
        #expect(message(.url("http://127.0.0.1:9", controls: []), bare).contains("--node"))
        for seconds in [-1e300, 1e300] {
            #expect(throws: VerificationError.self) {
                try StressRun(
                    .reference(), StressScenario(clients: 1), startAt: Date(timeIntervalSince1970: seconds))
            }
        }
        #expect(message(.reference(mutant: "nobody"), StressScenario(clients: 1)).contains("nobody"))
    }
}
