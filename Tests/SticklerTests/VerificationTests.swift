import Synchronization
import Testing

@testable import Stickler

@Suite(.serialized, .timeLimit(.minutes(1))) struct VerificationTests {
    @Test func `the reference proxy passes, and the history of each case is kept`() async throws {
        let cases = ["sockjs/info", "upgrade/reaches-node"]
        let outcome = try await Verification(cases: cases).run()
        #expect(outcome.report.conclusion == .pass)
        #expect(outcome.report.failures.isEmpty, "\(outcome.report.failures.map(\.failureText))")
        #expect(Set(outcome.history.runs.keys) == Set(cases))
        #expect(Set(outcome.history.header.plan) == Set(cases))
    }

    @Test func `a mutant fails its case with its finding, evidence and a remedy`() async throws {
        let mutant = try #require(MutantList.all.first { $0.breaks == "sockjs/info" })
        let report = try await Verification(.reference(mutant: mutant.name), cases: [mutant.breaks]).run().report
        #expect(report.conclusion == .violations)
        let failure = try #require(report.failures.first)
        #expect(failure.findings.map(\.code.rawValue).contains(mutant.finding))
        #expect(failure.findings.allSatisfy { !$0.evidence.isEmpty })
        #expect(failure.failureText.contains("remedy: "))
    }

    @Test func `a case whose feature is not claimed is unsupported, with the manifest's reason`() async throws {
        let report = try await Verification(.balancer("nginx"), cases: ["failover/hung-node"]).run().report
        #expect(report.cases.map(\.verdict) == [.unsupported])
        #expect(report.conclusion == .incomplete, "nothing passed")
        #expect(report.cases.first?.reason.contains("https://nginx.org/") == true)
    }

    @Test func `progress tells each result once`() async throws {
        let told = Told()
        let report = try await Verification(cases: ["sockjs/*"]).run { told.add($0.description.id) }.report
        #expect(told.ids.sorted() == report.cases.map(\.description.id).sorted())
    }

    @Test func `a cancelled run ends with inconclusive cases, not with a pass`() async throws {
        let verification = try Verification(cases: ["failover/bystanders-undisturbed", "sockjs/info"], parallelism: 1)
        let run = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await verification.run()
        }
        let report = try await run.value.report
        #expect(report.cases.map(\.verdict) == [.inconclusive, .inconclusive])
        #expect(report.conclusion == .incomplete)
    }

    struct Wrong: CustomTestStringConvertible {
        var target: VerificationTarget
        var cases: [String] = []
        var testDescription: String { "\(target) \(cases)" }
    }

    @Test(arguments: [
        Wrong(target: .reference(), cases: ["none"]), Wrong(target: .reference(mutant: "none")),
        Wrong(target: .balancer("none")), Wrong(target: .balancer("nginx", config: "none")),
        Wrong(target: .balancer("nginx", config: "./none")), Wrong(target: .url("ftp://x", controls: ["127.0.0.1:1"])),
        Wrong(target: .url("http://127.0.0.1:1", controls: [])),
        Wrong(target: .url("http://127.0.0.1:0", controls: ["127.0.0.1:1"])),
        Wrong(target: .url("http://127.0.0.1:1", controls: ["127.0.0.1"])),
    ])
    func `what can't be had is refused before anything starts`(_ wrong: Wrong) {
        let error = #expect(throws: VerificationError.self) { try Verification(wrong.target, cases: wrong.cases) }
        #expect(error?.exitCode == 2)
    }

    @Test(arguments: [
        "ws://", "wss://h:1", "ws://h:0x", "ws://h:1/app", "ws://h:1?x", "ws://u@h:1", "h:1",
    ])
    func `what is no place for WebSockets is refused by its name`(_ url: String) {
        #expect(throws: SiteAccessError.webSockets(url)) { try SiteAccess.plain.withWebSockets(at: url) }
    }

    @Test(arguments: [VerificationTarget.reference(), .profile("alb"), .balancer("nginx")])
    func `what is started here takes no URL for WebSockets`(_ target: VerificationTarget) throws {
        let access = try SiteAccess.plain.withWebSockets(at: "ws://127.0.0.1:1")
        let error = #expect(throws: VerificationError.self) { try Verification(target, access: access) }
        #expect(error.map { "\($0)".contains("--websocket-url") } == true)
    }
}

/// Ids of results, from any thread.
private final class Told: Sendable {
    private let seen = Mutex<[String]>([])
    var ids: [String] { seen.withLock { $0 } }
    func add(_ id: String) { seen.withLock { $0.append(id) } }
}
