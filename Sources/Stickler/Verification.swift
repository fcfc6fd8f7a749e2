import Clocks
package import Balancers
import Claims
public import Conformance
import Foundation
public import History
public import Lab
public import Verdicts
import Wire

/// Verifies one balancer: real sessions of virtual clients through it to real nodes, a verdict a case.
///
/// ```swift
/// let outcome = try await Verification(.balancer("nginx")).run()
/// #expect(outcome.report.conclusion == .pass)
/// ```
public struct Verification: Sendable {
    /// What is verified.
    public let target: VerificationTarget
    /// Seed of the clients' randomness; the same seed draws the same ids. A mutant at a rate draws by it too.
    public let seed: UInt64
    /// Cases run at once, where the target can be had more than once.
    public let parallelism: Int
    /// Longest time the whole run may take; what is not done by then is inconclusive.
    public let timeLimit: Duration
    /// Longest time one case may take; beyond it it is cut off as inconclusive.
    public let caseLimit: Duration

    private let choice: CaseChoice
    private let plan: VerificationPlan
    private let declarations: Declarations
    private let forced: Set<String>

    /// A report with the histories it was concluded from.
    public struct Outcome: Sendable {
        /// The report.
        public var report: RunReport
        /// The histories.
        public var history: HistoryFile
    }

    /// Prepares a verification; nothing is started yet.
    ///
    /// - Parameters:
    ///   - target: what to verify; the reference proxy unless told otherwise.
    ///   - cases: ids of cases, of the catalogue or of your own, with `*` for any run of characters; all without one.
    ///   - ownCases: cases that you wrote, to choose from beside those of the catalogue.
    ///   - forced: ids of cases that run even if a feature they need is not claimed.
    ///   - seed: seed of the clients' randomness, and of which units a mutant at a rate damages.
    ///   - parallelism: cases run at once.
    ///   - timeLimit: longest time the whole run may take.
    ///   - caseLimit: longest time one case may take, its control included.
    ///   - declarations: what you say of the balancer, and what you leave out.
    ///   - apps: addresses of your app, `HOST:PORT`, one behind each of the three nodes that are started: they pass on
    ///     requests for paths that are not their own, for your own cases to ask for. Nodes behind a URL are told with
    ///     `stickler node --app`.
    ///   - access: the name of the site and the fields of every request, where the balancer asks for them.
    /// - Throws: ``VerificationError/usage(_:)`` if a name, a file or an address is wrong, or a case of your own has no
    ///   id of its own or can't fail.
    public init(
        _ target: VerificationTarget = .reference(), cases: [String] = [], ownCases: [ConformanceCase] = [],
        forced: Set<String> = [], seed: UInt64 = 1, parallelism: Int = 4, timeLimit: Duration = .seconds(1_200),
        caseLimit: Duration = .seconds(120), declarations: Declarations = Declarations(), apps: [String] = [],
        access: SiteAccess = .plain
    ) throws(VerificationError) {
        self.target = target
        self.seed = seed
        self.parallelism = max(1, parallelism)
        self.timeLimit = timeLimit
        self.caseLimit = caseLimit
        self.forced = forced
        self.declarations = declarations
        choice = try CaseChoice(ownCases: ownCases)
        plan = try VerificationPlan(
            target, cases: try choice.selected(cases, without: declarations.skip), declarations: declarations,
            apps: apps, access: access, seed: seed)
    }

    /// The cases that are asked for, in the order of the catalogue, your own last; arguments for a test of each.
    public var cases: [CaseDescription] { plan.cases.map(\.description) }

    /// What is about to be done: the target and the number of cases in a line, then notes, a line each.
    public var announcement: String {
        ([head] + notes.map { "note: \($0)" }).joined(separator: "\n")
    }

    private var head: String {
        "verifying \(plan.report.name) (\(plan.report.config)): \(Counted.words(plan.cases.count, "case"))"
    }

    /// What users have to know of how they are verified.
    private var notes: [String] {
        var notes: [String] = []
        if case .balancer(let manifest, let setup, _) = plan.bench {
            notes += manifest.timeNote(of: setup.template).map { [$0] } ?? []
        }
        if !plan.apps.isEmpty {
            let apps = plan.apps.map(\.description).joined(separator: ", ")
            notes.append(
                "behind the nodes are the apps at \(apps), which have / and all paths that are not the nodes' own")
        }
        return notes
    }

    /// Runs the cases.
    ///
    /// Cancelling the task ends the run early: what is started is stopped, and cases not done are inconclusive.
    ///
    /// - Parameters:
    ///   - progress: told each result as it comes, on any thread.
    ///   - begun: told each case as it begins, on any thread.
    /// - Throws: ``VerificationError`` if the target can't be had.
    public func run(
        progress: @escaping @Sendable (CaseResult) -> Void = { _ in },
        started begun: @escaping @Sendable (CaseDescription) -> Void = { _ in }
    ) async throws(VerificationError) -> Outcome {
        try OpenFiles.provide(plan.openFiles(atOnce: parallelism))
        let startedAt = Date()
        let started = MonotonicClock.now
        let run = ConformanceRun(
            target: plan.bench, cases: plan.cases, claims: plan.claims, forced: forced, seed: seed,
            parallelism: parallelism, caseLimit: caseLimit, timeLimit: timeLimit,
            apps: plan.apps)
        let outcome: ConformanceRun.Outcome
        do throws(LabError) {
            outcome = try await run.run(progress: .init(started: begun, finished: progress))
        } catch {
            throw VerificationError(error)
        }
        var target = plan.report
        target.version = outcome.balancerVersion ?? target.version
        let header = HistoryHeader(
            toolVersion: ToolVersion.current,
            target: HistoryHeader.Target(
                kind: target.kind.rawValue, name: target.name, version: target.version, config: target.config),
            startedAt: startedAt.formatted(.iso8601),
            durationSeconds: (MonotonicClock.now - started).inSeconds, seed: seed, timeScale: plan.bench.timeScale,
            plan: plan.cases.map(\.description.id), catalogue: choice.all.count,
            without: declarations.without.map(\.rawValue), claims: plan.claims,
            configuration: plan.configuration, notes: notes,
            problem: Task.isCancelled ? RunReport.Problem.interrupted.recorded : nil)
        let history = HistoryFile(header: header, runs: outcome.histories)
        return Outcome(report: RunReport(header, results: outcome.results, histories: history.runs), history: history)
    }
}

extension ManifestVocabulary {
    /// The features, causes and findings that the cases know.
    package static let known = ManifestVocabulary(
        findingCodes: Set(([.balancerSilent] + CaseCatalog.all.flatMap(\.description.findings)).map(\.rawValue)))
}
