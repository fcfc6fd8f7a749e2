import Balancers
public import Foundation
import Lab
public import StressResults
public import Verdicts

/// Why a verification could not be made; a balancer that fails its cases is no error but a report.
public enum VerificationError: Error, Sendable, CustomStringConvertible {
    /// What was asked for can't be had: a name, a flag, a file, a configuration, a missing program.
    case usage(String)
    /// The target does not answer or did not start.
    case unreachable(String)

    /// The exit code scripts rely on.
    public var exitCode: Int32 {
        switch self {
        case .usage: 2
        case .unreachable: 3
        }
    }

    /// In words, for people.
    public var description: String {
        switch self {
        case .usage(let message), .unreachable(let message): message
        }
    }

    /// The report of a run that came to nothing: no case, and this error.
    ///
    /// - Parameters:
    ///   - target: what was to be verified; nil if that was not to be understood.
    ///   - startedAt: when it began.
    ///   - seed: seed of the clients' randomness.
    public func report(of target: VerificationTarget?, startedAt: Date, seed: UInt64) -> RunReport {
        RunReport(
            target: RunReport.Target(asked: target ?? .reference()), startedAt: startedAt,
            durationSeconds: Date().timeIntervalSince(startedAt), seed: seed, cases: [],
            coverage: Coverage(catalogue: CaseList.all.count, selected: 0),
            problem: RunReport.Problem(exitCode: exitCode, message: description))
    }

    /// The report of a stress run that came to nothing: this error.
    ///
    /// - Parameters:
    ///   - scenario: what was to be done; nil if that was not to be understood.
    ///   - shard: which of its clients were to be ours.
    ///   - target: what was to be put under load; nil if that was not to be understood.
    ///   - startedAt: when it began.
    public func report(
        of scenario: StressScenario?, shard: Shard = .whole, on target: VerificationTarget?, startedAt: Date
    ) -> StressReport {
        let asked = RunReport.Target(asked: target ?? .reference())
        return StressReport(
            StressResult(
                nothingOf: scenario?.summary ?? "", clients: scenario?.clients ?? 0, shard: shard,
                target: StressResult.Target(name: asked.name, config: asked.config, nodes: []),
                startedAt: startedAt.formatted(.iso8601)),
            thresholds: scenario?.thresholds ?? [],
            problem: StressReport.Problem(exitCode: exitCode, message: description))
    }

    init(_ error: LabError) {
        switch error {
        case .balancer(let error): self.init(error)
        case .nodesUnfit, .tokenRefused, .nodeInUse: self = .usage("\(error)")
        case .nodeUnreachable, .leaseLost, .faultRefused, .unresolved, .front, .verbUnknown, .operationFailed,
            .notStarted:
            self = .unreachable("\(error)")
        }
    }

    init(_ error: BalancerError) {
        switch error {
        case .notInstalled, .tooOld, .notPrepared, .invalidAddress, .addressInUse, .workDirectory,
            .configurationRefused, .inBackground:
            self = .usage("\(error)")
        case .commandTimedOut, .endedEarly, .notAccepting, .cancelled: self = .unreachable("\(error)")
        }
    }
}

extension RunReport.Target {
    /// What was asked for, of which nothing is known yet.
    fileprivate init(asked target: VerificationTarget) {
        switch target {
        case .reference(let mutant):
            self.init(
                kind: .reference, name: "reference proxy", config: mutant.map { "mutant \($0)" } ?? "reference",
                claims: [])
        case .profile(let name):
            self.init(kind: .reference, name: name, config: "profile", claims: [])
        case .balancer(let name, let config):
            self.init(kind: .balancer, name: name, config: config ?? "", claims: [])
        case .url(let url, let controls, _):
            self.init(
                kind: .url, name: (try? SiteURL(url))?.description ?? url,
                config: Counted.words(controls.count, "node"), claims: [])
        }
    }
}
