import Foundation
import Testing

@testable import Stickler

@Suite("A scenario in a file") struct ScenarioTextFileTests {
    static func read(_ yaml: String) throws -> ScenarioText {
        let path = FileManager.default.temporaryDirectory.appending(path: "stickler-\(UUID().uuidString).yml").path
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try ScenarioText(file: path)
    }

    @Test func `each key is a part of the scenario`() throws {
        let scenario = try Self.read(
            """
            clients: 500
            ramp: 30s in 3 steps
            duration: 5m
            messages: 12
            arrival: open:100 for 30s, 2000
            mix: websocket=7,xhr-polling=3
            application: ddp
            think: exp:2s
            size: 1..4096
            deflate: true
            faults: [kill n2 @20s for 10s, hang n1 @1m]
            thresholds: ["p99 < 50ms"]
            seed: 7
            """
        ).scenario()
        var expected = StressScenario(clients: 500)
        expected.ramp = Ramp(.seconds(30), steps: 3)
        expected.duration = .seconds(300)
        expected.messages = 12
        expected.arrival = try Arrival("open:100 for 30s, 2000")
        expected.mix = try TransportMix("websocket=7,xhr-polling=3")
        expected.application = .ddp
        expected.think = .exponential(mean: .seconds(2))
        expected.size = MessageSize(1...4_096)
        expected.offersDeflate = true
        expected.faults = [try ScheduledFault("kill n2 @20s for 10s"), try ScheduledFault("hang n1 @1m")]
        expected.thresholds = [try Threshold("p99 < 50ms")]
        expected.seed = 7
        #expect(scenario == expected)
    }

    @Test func `what is said beside the file takes the place of what is said in it`() throws {
        let file = try Self.read("clients: 5\narrival: closed\nthresholds: [p99 < 1s]\nthink: 2s\n")
        var beside = ScenarioText()
        beside.clients = 8
        beside.rate = 0.5
        beside.thresholds = ["p50 < 1s"]
        let scenario = try file.replaced(by: beside).scenario()
        #expect(scenario.clients == 8)
        #expect(scenario.arrival == .open(messagesPerSecond: 4))
        #expect(scenario.thresholds == [try Threshold("p50 < 1s")])
        #expect(scenario.think == .fixed(.seconds(2)))
    }

    static let mistakes: [(yaml: String, words: String)] = [
        ("", "is empty"), ("- a\n", "is not a mapping"),
        ("clients: many\n", ":1: clients: is \"many\"; write a number"),
        ("clients: 5\nclient: 6\n", ":2: client: unknown key; known here: application, arrival, clients"),
        ("deflate: perhaps\n", "write true or false"), ("faults: kill\n", "faults: is not a list"),
        ("think: long\n", "for the think time, got \"long\""),
        ("rate: 1\narrival: closed\n", "either the rate or the arrival"),
        ("rate: 0\n", "the rate of a client"), ("a: b: c\n", "is not YAML"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is told with its place and what to do`(yaml: String, words: String) {
        let error = #expect(throws: VerificationError.self) { try Self.read(yaml) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("stickler-") == true)
    }

    @Test func `a file that is not there, or has no end, is told`() {
        for path in ["/nowhere/scenario.yml", "/dev/zero"] {
            let error = #expect(throws: VerificationError.self) { try ScenarioText(file: path) }
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test func `a scenario without clients is told what it lacks`() throws {
        let text = try Self.read("duration: 1s\n")
        let error = #expect(throws: ScenarioError.self) { try text.scenario() }
        #expect(error?.description.contains("--clients") == true)
    }
}
