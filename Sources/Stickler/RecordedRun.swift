import Balancers
import Claims
public import Conformance
import Foundation
public import History
public import Verdicts

/// A run that was recorded with `--history`, to be judged again.
///
/// The report is a function of the record alone, so it equals the first one, exit code included, where the judges are the
/// same; where they have changed since, it says what they say now.
public struct RecordedRun: Sendable {
    /// The record.
    public let file: HistoryFile

    private let choice: CaseChoice

    /// The run in a file.
    ///
    /// - Parameter ownCases: the cases of your own that were among those to choose from: their judges are in no file.
    /// - Throws: ``VerificationError/usage(_:)`` if it can't be read, is of another version, or holds a case that neither
    ///   this build knows nor you gave.
    public init(contentsOf path: String, ownCases: [ConformanceCase] = []) throws(VerificationError) {
        choice = try CaseChoice(ownCases: ownCases)
        do {
            file = try HistoryFile(jsonLines: try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as HistoryFileError {
            throw .usage("\(path): \(error)")
        } catch {
            throw .usage("\(path) can't be read: \(FileWords.reason(error))")
        }
        for id in file.header.plan where choice.named(id) == nil {
            throw .usage(
                "\(path) holds \(id), which this build does not know; judge it with the build that wrote it, or, if it is "
                    + "a case of your own, in Swift, with the case given to RecordedRun")
        }
    }

    /// The report of the run, with its record.
    public func judged() -> Verification.Outcome { Verification.Outcome(report: report(), history: file) }

    /// The report of the run.
    public func report() -> RunReport {
        let claims = file.header.claims
        let results = file.header.plan.compactMap { id in
            choice.named(id).map { one in
                CaseJudge(description: one.description, judge: one.judge)
                    .result(ofRecorded: file.runs[id] ?? RunHistory(events: []), claims: claims)
            }
        }
        return RunReport(file.header, results: results, histories: file.runs)
    }
}

extension RunReport {
    /// The report of a run with these results.
    init(_ header: HistoryHeader, results: [CaseResult], histories: [String: RunHistory]) {
        let claims = header.claims
        var diagnosis = Diagnosis(results: results, histories: histories, claims: claims)
        if let configuration = header.configuration {
            let template = ConfigTemplate(
                text: configuration.text, file: header.target.config,
                examples: BalancerManifest.PlaceholderExamples(
                    listen: configuration.listen, node: configuration.node))
            for index in diagnosis.causes.indices {
                diagnosis.causes[index].present = diagnosis.causes[index].remedy.map(template.mentions) ?? []
            }
        }
        self.init(
            target: Target(
                kind: Target.Kind(rawValue: header.target.kind) ?? .url, name: header.target.name,
                version: header.target.version, config: header.target.config, claims: claims.claims),
            startedAt: (try? Date(header.startedAt, strategy: .iso8601)) ?? .distantPast,
            durationSeconds: header.durationSeconds, seed: header.seed, timeScale: header.timeScale,
            cases: diagnosis.attributed(results), causes: diagnosis.causes,
            coverage: Coverage(
                catalogue: header.catalogue, selected: header.plan.count,
                without: header.without.compactMap(Feature.init)),
            problem: header.problem.map { Problem(exitCode: $0.exitCode, message: $0.message) }, notes: header.notes)
    }
}

extension RunReport.Problem {
    /// As it stands in a history.
    var recorded: HistoryHeader.Problem { HistoryHeader.Problem(exitCode: exitCode, message: message) }
}
