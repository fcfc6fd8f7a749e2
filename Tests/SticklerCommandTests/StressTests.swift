import Clocks
import Foundation
import Glibc
import Subprocess
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct StressTests {
    @Test func `a run says what it saw and writes it down`() async throws {
        try await withTemporaryDirectory { directory in
            let outcome = try await Command(
                "stress", "--clients", "12", "--duration", "6s", "--think", "200ms", "--fault", "kill n2 @2s for 2s",
                "--threshold", "violations = 0", "--report", "json=\(directory)/a.json"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
            for words in [
                "stressing reference proxy", "kill n2 has begun", "kill n2 is over", "kept    violations = 0   0",
                "5 s   12 open", "fault     kill n2 @2s for 2s: at n2 from 2",
            ] { #expect(outcome.output.contains(words), "\(words) in \(outcome)") }
            #expect(!outcome.output.contains("\u{1b}"), "a pipe gets plain lines")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(directory)/a.json")))
                    as? [String: Any])
            #expect(report["kind"] as? String == "stress")
            #expect((report["timeline"] as? [Any])?.count == 6)
        }
    }

    @Test func `a terminal gets a block that is drawn in place, and nothing of it stays`() async throws {
        var command = Command(
            "-qec",
            "\(Command.stickler) stress --clients 9 --duration 4s --think 200ms --fault 'kill n2 @500ms for 2s'",
            "/dev/null", environment: ["TERM": "xterm"])
        command.program = "/usr/bin/script"
        let outcome = try await command.run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        for words in ["4 s of 4 s   9 open", "websocket ", "n1 █", "no violations", "fault: kill n2"] {
            #expect(outcome.output.contains("  \(words)"), "\(words)")
        }
        let screen = try #require(Screen(outcome.output), "\(outcome)")
        #expect(screen.lines.first?.hasPrefix("stressing reference proxy") == true, "\(screen.lines)")
        #expect(screen.lines.dropFirst().first?.hasSuffix(" s   kill n2 has begun") == true, "\(screen.lines)")
        #expect(screen.lines.dropFirst(2).first?.hasSuffix(" s   kill n2 is over") == true, "\(screen.lines)")
        #expect(screen.lines.dropFirst(3).first?.hasPrefix("target    reference") == true, "\(screen.lines)")
        #expect(!screen.lines.contains { $0.contains("█") || $0.contains("fault: ") }, "\(screen.lines)")
    }

    @Test func `a mutant fails with its code, and a missed threshold with 1`() async throws {
        let outcome = try await Command(
            "stress", "--clients", "12", "--duration", "4s", "--think", "200ms", "--mutant", "sockjs-frame-replayed",
            "--threshold", "rate > 1000000"
        ).run()
        #expect(outcome.exitCode == 1, "\(outcome)")
        #expect(outcome.output.contains("1. message-duplicated × "), "\(outcome)")
        #expect(outcome.output.contains("   change: Behavior.answers"), "\(outcome)")
        #expect(outcome.output.contains("missed  rate > 1000000"), "\(outcome)")
    }

    @Test func `with a report on standard output the console goes to standard error`() async throws {
        let outcome = try await Command(
            "stress", "--clients", "3", "--duration", "1s", "--report", "json=-"
        ).run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(outcome.errors.contains("clients   3"), "\(outcome)")
        let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(report?["kind"] as? String == "stress", "nothing but the report")
    }

    @Test(arguments: [
        (["--report", "json=/nonesuch/a.json"], "/nonesuch/a.json can't be written"),
        (
            ["--report", "xml=a.xml"],
            "--report xml=a.xml: write json=PATH, hlog=PATH, junit=PATH, prom=PATH or html=PATH"
        ),
        (["--report", "json=a", "--report", "json=a"], "a is given twice"),
        (["--config", "bare"], "--config needs --balancer"),
        (["--threshold", "p99"], "for a threshold, got \"p99\""),
    ])
    func `what is wrong shows before the run starts`(arguments: [String], words: String) async throws {
        let started = MonotonicClock.now
        let outcome = try await Command(["stress", "--clients", "3", "--duration", "60s"] + arguments).run()
        #expect(outcome.exitCode == 2, "\(outcome)")
        #expect(outcome.errors.contains(words), "\(outcome)")
        #expect(MonotonicClock.now - started < .seconds(20))
    }

    @Test func `a run that comes to nothing leaves a report that says why`() async throws {
        try await withTemporaryDirectory { directory in
            try "{}".write(toFile: "\(directory)/a.json", atomically: true, encoding: .utf8)
            let outcome = try await Command(
                "stress", "--clients", "3", "--balancer", "pound", "--report", "json=\(directory)/a.json"
            ).run()
            #expect(outcome.exitCode == 2, "\(outcome)")
            let text = try String(contentsOfFile: "\(directory)/a.json", encoding: .utf8)
            #expect(text.contains("\"exitCode\" : 2"), "\(text)")
            #expect(text.contains("\"scenario\" : \"clients 3, "), "\(text)")
        }
    }

    @Test func `the first signal ends a run in order and reports, the second at once`() async throws {
        try await withTemporaryDirectory { directory in
            let run = [
                "stress", "--clients", "6", "--duration", "60s", "--think", "200ms", "--fault", "kill n2 @1s for 40s",
                "--report", "json=\(directory)/a.json",
            ]
            let started = MonotonicClock.now
            let outcome = try await Command(run).run { line, process in
                if line.contains("kill n2 has begun") { kill(process.value, SIGINT) }
            }
            #expect(outcome.exitCode == 130, "\(outcome)")
            #expect(outcome.output.contains("interrupted after "), "\(outcome)")
            #expect(outcome.output.contains("clients   6"), "\(outcome)")
            let text = try String(contentsOfFile: "\(directory)/a.json", encoding: .utf8)
            #expect(text.contains("\"exitCode\" : 130"), "\(text)")
            #expect(text.contains("\"interrupted\" : true"), "\(text)")
            let second = try await Command(run).run { line, process in
                guard line.contains("kill n2 has begun") else { return }
                kill(process.value, SIGINT)
                kill(process.value, SIGTERM)
            }
            #expect(second.exitCode == 130, "\(second)")
            #expect(!second.output.contains("clients   6"), "\(second)")
            #expect(MonotonicClock.now - started < .seconds(50))
        }
    }

    @Test func `sessions that nodes gave up while our own process stood still are no fault of the balancer`()
        async throws
    {
        try await Standalone.withProxy { proxy, nodes in
            let controls = nodes.flatMap { ["--node", $0.announcement.control ?? "no control"] }
            let outcome = try await Command(
                ["stress", "--url", "http://\(proxy.announcement.listen)"] + controls + [
                    "--clients", "48", "--mix", "xhr-polling", "--think", "1ms", "--duration", "20s",
                ]
            ).run { line, process in
                guard line.hasPrefix("5 s ") else { return }
                kill(process.value, SIGSTOP)
                // Longer than the 5 s for which a node waits for a poll.
                Task {
                    try await Task.sleep(for: .seconds(8))
                    kill(process.value, SIGCONT)
                }
            }
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(outcome.output.contains("No rule of sessions was violated"), "\(outcome)")
            // Where the line is broken depends on the numbers before.
            let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("ended when our own machine was too busy"), "\(outcome)")
            #expect(outcome.output.contains("note: our own machine was too busy"), "\(outcome)")
        }
    }
}
