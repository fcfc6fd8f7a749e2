import Clocks
import Foundation
import Glibc
import Subprocess
import Synchronization
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct InterruptionTests {
    @Test(
        .enabled(if: Balancer.isTested("nginx"), "nginx is not installed"),
        arguments: [
            (SIGINT, ["failover/*"]), (SIGHUP, ["failover/*"]),
            (SIGTERM, ["failover/kill-moves-sessions", "failover/bystanders-undisturbed"]),
        ])
    func `a signal in the middle of a run ends it in order: exit 130, one line, and no nginx left`(
        signal: Int32, cases: [String]
    ) async throws {
        try await withTemporaryDirectory { work in
            let running = Mutex<[Int]>([])
            let outcome = try await Command(
                ["verify", "--balancer", "nginx", "--report", "json=\(work).json"] + cases.flatMap { ["--case", $0] },
                environment: ["TMPDIR": work]
            ).run { line, process in
                // The first case is done, the others are under way, the longest for seconds.
                guard line.hasPrefix("pass"), running.withLock({ $0.isEmpty }) else { return }
                let processes = try Balancer.processes(below: work)
                running.withLock { $0 = processes }
                kill(process.value, signal)
            }
            defer { try? FileManager.default.removeItem(atPath: "\(work).json") }
            #expect(!running.withLock { $0 }.isEmpty, "nginx ran when the signal came")
            #expect(outcome.exitCode == 130, "\(outcome)")
            #expect(!outcome.output.contains("the bench broke"), "\(outcome)")
            #expect(outcome.lines.last?.hasPrefix("interrupted after ") == true, "\(outcome)")
            #expect(!outcome.output.lowercased().contains("inconclusive"), "\(outcome)")
            #expect(try Balancer.processes(below: work) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: work) == [])
            let report = try String(contentsOfFile: "\(work).json", encoding: .utf8)
            #expect(
                report.contains("\"exitCode\" : 130"), "what is known is reported, and why it is not all\n\(report)")
            #expect(report.contains("\"verdict\" : \"pass\""), "\(report)")
        }
    }

    @Test func `a second signal ends a run at once`() async throws {
        let signals = Mutex(0)
        let started = MonotonicClock.now
        let outcome = try await Command("verify", "--case", "ddp/session-survives", "--case", "sockjs/info").run {
            line, process in
            guard line.hasPrefix("pass"), signals.withLock({ $0 }) == 0 else { return }
            signals.withLock { $0 = 2 }
            kill(process.value, SIGINT)
            kill(process.value, SIGTERM)
        }
        #expect(outcome.exitCode == 130, "\(outcome)")
        #expect(started.duration(to: .now) < .seconds(20))
    }
}
