import StressResults
import Testing

@testable import Reports

@Suite struct StressLiveTextTests {
    static let text = StressLiveText(plannedSeconds: 40)

    static func progress(_ change: (inout StressProgress) -> Void = { _ in }) throws -> StressProgress {
        var progress = StressProgress(
            second: try SampleStress.second(at: 12.003, times: 1..<1_701), counts: SampleStress.counts,
            faults: ["kill n2"])
        progress.counts.violations = [:]
        change(&progress)
        return progress
    }

    @Test func `a block tells clients, messages, times, nodes and faults`() throws {
        #expect(
            Self.text.block(try Self.progress()) == [
                "  12 s of 40 s   98 open, 2 waiting",
                "  websocket 70   xhr-polling 28",
                "  1 700 messages/s   p50 850 ms   p99 1.68 s   max 1.7 s",
                "  no violations",
                "  n1 \(String(repeating: "█", count: 40)) 50",
                "  n2 \(String(repeating: "█", count: 38)) 48",
                "  fault: kill n2",
            ])
    }

    @Test func `a plain line tells the same but for the nodes`() throws {
        let progress = try Self.progress { $0.counts.violations = ["message-lost": 1_200] }
        #expect(
            Self.text.line(progress)
                == "12 s   98 open, 2 waiting   1 700 messages/s   p50 850 ms   p99 1.68 s   max 1.7 s   "
                + "1 200 violations: message-lost 1 200   fault: kill n2")
    }

    @Test func `faults that come and go, and new kinds of violations, are told once`() throws {
        let none = try Self.progress { $0.faults = [] }
        let some = try Self.progress { $0.counts.violations = ["message-lost": 3] }
        #expect(
            Self.text.events(from: nil, to: some) == [
                "12 s   kill n2 has begun", "12 s   first violation: message-lost",
            ])
        #expect(Self.text.events(from: some, to: some) == [])
        #expect(Self.text.events(from: some, to: none) == ["12 s   kill n2 is over"])
    }

    @Test func `nodes that join, drain and leave with the load are told once, with how many there are`() throws {
        let three = try Self.progress { $0.nodes = ["n1", "n2", "n3"] }
        let four = try Self.progress { $0.nodes = ["n1", "n2", "n3", "n4"] }
        var draining = four
        draining.drainingNodes = ["n4"]
        #expect(Self.text.events(from: three, to: four) == ["12 s   n4 has joined: 4 nodes"])
        #expect(Self.text.events(from: four, to: draining) == ["12 s   n4 drains"])
        #expect(Self.text.events(from: draining, to: three) == ["12 s   n4 has left: 3 nodes"])
        #expect(Self.text.events(from: four, to: four) == [])
    }

    @Test func `no line is wider than a terminal, and no peer can steer it`() throws {
        let progress = try Self.progress { progress in
            progress.second.clients.openAt = Dictionary(uniqueKeysWithValues: (0..<30).map { ("node-\($0)", $0) })
            progress.second.clients.openAt[SampleStress.hostile] = 9_999_999
            progress.second.clients.openOn = Dictionary(uniqueKeysWithValues: (0..<30).map { ("on-\($0)", 1) })
            progress.counts.violations = Dictionary(uniqueKeysWithValues: (0..<30).map { ("code-\($0)", 1) })
            progress.faults = [SampleStress.hostile, String(repeating: "x", count: 200)]
        }
        let lines = Self.text.block(progress) + Self.text.events(from: nil, to: progress)
        #expect(lines.allSatisfy { $0.count <= 79 })
        #expect(lines.contains("  and 22 more nodes"))
        for line in lines + [Self.text.line(progress)] {
            #expect(!line.unicodeScalars.contains { ["\u{1b}", "\n", "\r", "\u{202e}"].contains($0) })
        }
    }
}
