import Foundation
import Glibc
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct InterruptionTests {
    @Test(
        .enabled(if: Balancer.isTested("nginx"), "nginx is not installed"),
        arguments: [
            (SIGINT, ["failover/*"]), (SIGTERM, ["failover/kill-moves-sessions", "failover/bystanders-undisturbed"]),
        ])
    func `a signal in the middle of a run ends it in order: exit 4, and no nginx left`(
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
            #expect(outcome.exitCode == 4, "\(outcome)")
            #expect(!outcome.output.contains("the bench broke"), "\(outcome)")
            #expect(try Balancer.processes(below: work) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: work) == [])
            #expect(FileManager.default.fileExists(atPath: "\(work).json"), "what is known is reported")
        }
    }
}
