import StickyProxy
import Claims
import Fleet
import Foundation
import History
import NIOCore
import Synchronization
import Testing
import Verdicts

@testable import Conformance
@testable import Lab

@Suite("A case that decided nothing is run once more at the end")
struct RepeatedCaseTests {
    /// The names of the cases as they begin.
    private final class Log: Sendable {
        private let names = Mutex<[String]>([])

        /// How often the case has begun, this time included.
        func begins(_ name: String) -> Int {
            names.withLock { names in
                names.append(name)
                return names.count { $0 == name }
            }
        }

        var all: [String] { names.withLock { $0 } }
    }

    /// A case whose clients' loop stands still in its first runs, which then decide nothing.
    private static func starved(_ id: String, inRuns count: Int, _ log: Log) -> ConformanceCase {
        ConformanceCase(
            CaseDescription(id: id, title: id, features: [], proves: "", findings: [.requestFailed])
        ) { stage in
            if log.begins(id) <= count {
                let loop = stage.client().loop
                // The monitor's tick is due before this task, so it runs and tells before it.
                let after = loop.scheduleTask(in: .milliseconds(100)) {}
                _ = try await loop.submit { usleep(700_000) }.get()
                try await after.futureResult.get()
            }
            await stage.client().request("GET", "/whoami", RequestPlan(label: RequestLabel("a")))
            try Task.checkCancellation()
        } judge: { history in
            history.starvation == nil ? Judgement(observations: 1) : Judgement(observations: 0, doubt: "nothing seen")
        }
    }

    /// A case that does not meet with what it asks about in its first runs.
    private static func unlucky(_ id: String, inRuns count: Int, _ log: Log) -> ConformanceCase {
        ConformanceCase(
            CaseDescription(id: id, title: id, features: [], proves: "", findings: [.requestFailed])
        ) { stage in
            if log.begins(id) > count {
                await stage.client().request("GET", "/whoami", RequestPlan(label: RequestLabel("a")))
            }
        } judge: { history in
            history.exchanges.isEmpty
                ? Judgement(observations: 0, doubt: "nobody came") : Judgement(observations: 1)
        }
    }

    /// What the cases came to, each run alone.
    private static func run(
        _ target: BenchTarget, _ cases: [ConformanceCase],
        started: @escaping @Sendable (CaseDescription) -> Void = { _ in }
    ) async throws -> [CaseResult] {
        try await ConformanceRun(
            target: target, cases: cases, claims: ClaimSheet(), seed: 1, parallelism: 1
        ).run(progress: .init(started: started)).results
    }

    private static let reference = BenchTarget.reference(.reference, [])

    /// Runs `body` in front of a site that already runs, as behind `--url`.
    private static func withRunningSite(_ body: (BenchTarget) async throws -> Void) async throws {
        let loops = BenchLoops()
        let site = try await BenchSite.start(reference, loops: loops)
        let front = site.front
        let outcome: Result<Void, any Error>
        do {
            let target = BenchTarget.running(
                front: front.endpoint, host: front.host, pathPrefix: "", controls: site.nodes.map(\.control))
            outcome = .success(try await body(target))
        } catch {
            outcome = .failure(error)
        }
        await site.shutdown()
        try await loops.shutdown()
        try outcome.get()
    }

    private static func expectSecondRunDecides(_ target: BenchTarget) async throws {
        let log = Log()
        let results = try await run(target, [starved("a/x", inRuns: 1, log), starved("a/y", inRuns: 0, log)])
        #expect(log.all == ["a/x", "a/y", "a/x"])
        #expect(results.map(\.verdict) == [.pass, .pass])
        // On a busy machine other loops of ours may have stood still as well.
        #expect(results[0].reason.hasPrefix("1 observation; run again, since the first time our "))
        #expect(results[1].reason == "1 observation")
    }

    @Test func `on a site of its own, the second run decides`() async throws {
        try await Self.expectSecondRunDecides(Self.reference)
    }

    @Test func `on the one site of all, the second run decides`() async throws {
        try await Self.withRunningSite(Self.expectSecondRunDecides)
    }

    private static func expectFewAreRepeated(_ target: BenchTarget) async throws {
        let log = Log()
        let results = try await run(
            target, ["a/1", "a/2", "a/3"].map { unlucky($0, inRuns: $0 == "a/2" ? 2 : 1, log) })
        #expect(log.all == ["a/1", "a/2", "a/3", "a/1", "a/2", "a/3"])
        #expect(results.map(\.verdict) == [.pass, .inconclusive, .pass])
        // On a busy machine our own loops may have stood still as well.
        #expect(results[0].reason.hasPrefix("1 observation; run again, since the first time "))
    }

    private static func expectManyAreNot(_ target: BenchTarget) async throws {
        let log = Log()
        let names = ["a/1", "a/2", "a/3", "a/4"]
        let results = try await run(
            target, names.map { unlucky($0, inRuns: 1, log) } + [starved("a/5", inRuns: 1, log)])
        #expect(log.all == names + ["a/5", "a/5"])
        #expect(results.map(\.verdict) == names.map { _ in .inconclusive } + [.pass])
    }

    @Test func `few that did not meet with what they ask about are run again, on sites of their own`() async throws {
        try await Self.expectFewAreRepeated(Self.reference)
    }

    @Test func `few that did not meet with what they ask about are run again, on the one site of all`() async throws {
        try await Self.withRunningSite(Self.expectFewAreRepeated)
    }

    @Test func `many that saw nothing are not run again, on sites of their own`() async throws {
        try await Self.expectManyAreNot(Self.reference)
    }

    @Test func `many that saw nothing are not run again, on the one site of all`() async throws {
        try await Self.withRunningSite(Self.expectManyAreNot)
    }

    @Test func `a second run that decides nothing either is the last`() async throws {
        let log = Log()
        let results = try await Self.run(Self.reference, [Self.starved("a/x", inRuns: .max, log)])
        #expect(log.all == ["a/x", "a/x"])
        #expect(results.map(\.verdict) == [.inconclusive])
        #expect(results[0].reason.hasPrefix("nothing seen; run again, since the first time"))
    }

    /// A run that is interrupted when so many cases have begun.
    private final class Interrupted: Sendable {
        private let begun = Mutex(0)
        private let work = Mutex<Task<[CaseResult], any Error>?>(nil)

        func results(of cases: [ConformanceCase], whenBegun count: Int) async throws -> [CaseResult] {
            let task = work.withLock { work in
                let task = Task { [self] in
                    try await RepeatedCaseTests.run(RepeatedCaseTests.reference, cases) { [self] _ in
                        if begins() == count { self.work.withLock { $0?.cancel() } }
                    }
                }
                work = task
                return task
            }
            return try await task.value
        }

        private func begins() -> Int {
            begun.withLock { begun in
                begun += 1
                return begun
            }
        }
    }

    @Test(arguments: [2, 3])
    func `an interruption leaves what the first run came to`(whenBegun count: Int) async throws {
        let log = Log()
        let cases = [Self.starved("a/x", inRuns: .max, log), Self.starved("a/y", inRuns: 0, log)]
        let results = try await Interrupted().results(of: cases, whenBegun: count)
        #expect(results[0].verdict == .inconclusive)
        #expect(results[0].reason == "nothing seen")
        #expect(results[1].verdict == (count == 2 ? .inconclusive : .pass))
    }
}
