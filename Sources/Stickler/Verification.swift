import Balancers
import Conformance
import Defects
import Foundation
import History
import Lab
import ReferenceNode
import StickyProxy
import Verdicts
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
    /// Seed of the clients' randomness; the same seed draws the same ids.
    public let seed: UInt64
    /// Cases run at once, where the target can be had more than once.
    public let parallelism: Int

    private let plan: Plan
    private let cases: [ConformanceCase]
    private let forced: Set<String>

    private struct Plan: Sendable {
        var bench: BenchTarget
        var claims: ClaimSheet
        var report: RunReport.Target
    }

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
    ///   - cases: ids of cases, with `*` for any run of characters; all without one.
    ///   - forced: ids of cases that run even if a feature they need is not claimed.
    ///   - seed: seed of the clients' randomness.
    ///   - parallelism: cases run at once.
    /// - Throws: ``VerificationError/usage(_:)`` if a name, a file or an address is wrong.
    public init(
        _ target: VerificationTarget = .reference(), cases: [String] = [], forced: Set<String> = [], seed: UInt64 = 1,
        parallelism: Int = 4
    ) throws(VerificationError) {
        self.target = target
        self.seed = seed
        self.parallelism = parallelism
        self.cases = try CasePattern.select(cases)
        self.forced = forced
        switch target {
        case .reference(let mutant): plan = try Self.reference(mutant)
        case .balancer(let name, let config): plan = try Self.balancer(name, config)
        case .url(let url, let controls, let tokenFile):
            plan = try Self.running(url, controls, try ControlToken(ofFile: tokenFile))
        }
    }

    /// How many cases are asked for.
    public var caseCount: Int { cases.count }

    /// What is about to be done, in a line: the target and the number of cases.
    public var announcement: String {
        "verifying \(plan.report.name) (\(plan.report.config)): \(Counted.words(cases.count, "case"))"
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
        let startedAt = Date()
        let started = ContinuousClock.now
        let run = ConformanceRun(
            target: plan.bench, cases: cases, claims: plan.claims, forced: forced, seed: seed, parallelism: parallelism)
        let outcome: ConformanceRun.Outcome
        do throws(LabError) {
            outcome = try await run.run(progress: .init(started: begun, finished: progress))
        } catch {
            throw VerificationError(error)
        }
        var target = plan.report
        target.version = outcome.balancerVersion ?? target.version
        var diagnosis = Diagnosis(results: outcome.results, histories: outcome.histories, claims: plan.claims)
        if case .balancer(_, let template) = plan.bench {
            for index in diagnosis.causes.indices {
                diagnosis.causes[index].present = diagnosis.causes[index].remedy.map(template.mentions) ?? []
            }
        }
        let report = RunReport(
            target: target, startedAt: startedAt, durationSeconds: (ContinuousClock.now - started).inSeconds,
            seed: seed, timeScale: plan.bench.timeScale, cases: diagnosis.attributed(outcome.results), causes: diagnosis.causes,
            coverage: Coverage(catalogue: CaseList.all.count, selected: cases.count),
            problem: Task.isCancelled ? .interrupted : nil)
        let header = HistoryHeader(
            toolVersion: ToolVersion.current, target: "\(target.name) \(target.config)",
            plan: cases.map(\.description.id), claims: target.claims.map(\.rawValue), seed: seed,
            timeScale: plan.bench.timeScale)
        return Outcome(report: report, history: HistoryFile(header: header, runs: outcome.histories))
    }

    private static func reference(_ mutantName: String?) throws(VerificationError) -> Plan {
        let mutant = mutantName.flatMap(Mutant.named)
        if let mutantName, mutant == nil {
            throw .usage("no mutant is called \"\(mutantName)\"; `stickler mutants` lists them")
        }
        return Plan(
            bench: .reference(mutant?.behavior ?? .reference, mutant?.defects ?? []), claims: .reference,
            report: RunReport.Target(
                kind: .reference, name: "reference proxy", version: ToolVersion.current,
                config: mutant.map { "mutant \($0.name)" } ?? "reference", claims: ClaimSheet.reference.claims))
    }

    private static func balancer(_ name: String, _ config: String?) throws(VerificationError) -> Plan {
        do {
            let manifest = try BalancerCatalog.find().manifest(name)
            let isFile = config?.contains("/") ?? false
            let variant = isFile ? nil : try manifest.variant(config)
            let template =
                if let variant {
                    try manifest.template(of: variant)
                } else {
                    try ConfigTemplate(contentsOf: config ?? "", examples: manifest.placeholders)
                }
            // Placeholders that are missing or unknown show now, before anything is started.
            let nodes = (1...BenchSite.nodeCount).map { "127.0.0.1:\($0)" }
            _ = try template.render(listen: "127.0.0.1:4", nodes: nodes, directory: "/")
            let claims = ClaimSheet(try manifest.claims(of: variant))
            return Plan(
                bench: .balancer(manifest, template), claims: claims,
                report: RunReport.Target(
                    kind: .balancer, name: manifest.name, config: variant?.name ?? config ?? "", claims: claims.claims))
        } catch {
            throw .usage("\(error)")
        }
    }

    private static func running(
        _ url: String, _ controls: [String], _ token: ControlToken?
    ) throws(VerificationError) -> Plan {
        guard let parts = URLComponents(string: url), parts.scheme == "http", let host = parts.encodedHost,
            !host.isEmpty
        else {
            throw .usage(
                "\"\(url)\" is not a URL this build can verify; write http://HOST:PORT, with a path if the app has a "
                    + "prefix (https needs TLS, which is not built in yet)")
        }
        let port = parts.port ?? 80
        guard (1...65_535).contains(port) else {
            throw .usage("\"\(url)\" has no port that can be connected to; write one from 1 to 65535")
        }
        guard !controls.isEmpty else {
            throw .usage(
                "a URL needs the control addresses of the nodes behind it: --node HOST:PORT, once for each; start them "
                    + "with `stickler node`")
        }
        do {
            // As it was written: decoded it could hold a line end, which would end the request line.
            let path = parts.percentEncodedPath
            let prefix = path.hasSuffix("/") ? String(path.dropLast()) : path
            let endpoints = try controls.map { try Endpoint(parsing: $0) }
            let front = try Endpoint(parsing: "\(host):\(port)")
            return Plan(
                bench: .running(
                    front: front, host: parts.port == nil ? host : "\(host):\(port)", pathPrefix: prefix,
                    controls: endpoints, token: token), claims: .unknownBalancer,
                report: RunReport.Target(
                    kind: .url, name: url, config: Counted.words(controls.count, "node"),
                    claims: ClaimSheet.unknownBalancer.claims)
            )
        } catch {
            throw .usage("\(error)")
        }
    }
}

extension KnownFeatures {
    /// The features the cases know.
    public static let known = KnownFeatures(
        core: Set(Feature.allCases.filter(\.isCore).map(\.rawValue)),
        extended: Set(Feature.allCases.filter { !$0.isCore }.map(\.rawValue)),
        needingClientScope: [Feature.clientAffinity.rawValue],
        remedyKeys: Set(CauseKind.allCases.map(\.rawValue) + FindingCode.allCases.map(\.rawValue)),
        causes: Set(CauseKind.allCases.map(\.rawValue)))
}

extension ClaimSheet {
    /// The claims of a manifest, whose feature names were checked when it was read.
    init(_ claims: BalancerClaims) {
        self.init(
            directives: Dictionary(
                uniqueKeysWithValues: claims.directives.compactMap { name, directive in
                    Feature(rawValue: name).map { ($0, directive) }
                }),
            omissions: Dictionary(
                claims.unclaimed.compactMap { unclaimed in
                    Feature(rawValue: unclaimed.feature).map {
                        ($0, Omission(reason: unclaimed.reason, source: unclaimed.source))
                    }
                }, uniquingKeysWith: { first, _ in first }), scope: claims.scope, remedies: claims.remedies,
            sayings: claims.sayings.compactMap { saying in
                CauseKind(rawValue: saying.cause).map {
                    BalancerSaying(says: saying.says, cause: $0, remedy: saying.remedy)
                }
            })
    }
}
