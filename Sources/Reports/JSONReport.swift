import Claims
package import Foundation
package import Verdicts

/// The report as JSON, schema version 1.
package struct JSONReport: Sendable {
    private let report: RunReport

    /// The JSON form of this report.
    package init(_ report: RunReport) { self.report = report }

    /// The text, UTF-8, ending with a line feed.
    package func data() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Document(report)) + Data("\n".utf8)
    }

    private struct Document: Encodable {
        struct Tool: Encodable {
            var name = ToolVersion.name
            var version = ToolVersion.current
        }
        struct Target: Encodable {
            var kind: String
            var name: String
            var version: String?
            var config: String
            var claims: [String]

            enum Key: String, CodingKey { case kind, name, version, config, claims }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(kind, forKey: .kind)
                try container.encode(name, forKey: .name)
                // Present even when unknown, so that a script finds every key.
                try container.encode(version, forKey: .version)
                try container.encode(config, forKey: .config)
                try container.encode(claims, forKey: .claims)
            }
        }
        struct Case: Encodable {
            var result: CaseResult

            enum Key: String, CodingKey {
                case id, title, level, verdict, reason, durationSeconds, findings, faults, remedy, causedBy
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(result.description.id, forKey: .id)
                try container.encode(result.description.title, forKey: .title)
                try container.encode(result.description.level, forKey: .level)
                try container.encode(result.verdict, forKey: .verdict)
                try container.encode(result.reason, forKey: .reason)
                try container.encode(result.durationSeconds.rounded(toPlaces: 3), forKey: .durationSeconds)
                try container.encode(result.findings, forKey: .findings)
                try container.encode(result.faults, forKey: .faults)
                try container.encode(result.remedy, forKey: .remedy)
                try container.encode(result.causedBy, forKey: .causedBy)
            }
        }
        struct Coverage: Encodable {
            var catalogue: Int
            var selected: Int
            var without: [String]
        }
        struct Failure: Encodable {
            var exitCode: Int32
            var message: String
        }

        var schemaVersion = 1
        var tool = Tool()
        var target: Target
        var startedAt: String
        var durationSeconds: Double
        var seed: UInt64
        var timeScale: Double
        var summary: [String: Int]
        var cases: [Case]
        var causes: [Cause]
        var coverage: Coverage
        var notes: [String]
        var error: Failure?

        enum CodingKeys: String, CodingKey {
            case schemaVersion, tool, target, startedAt, durationSeconds, seed, timeScale, summary, cases, causes,
                coverage, notes, error
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(schemaVersion, forKey: .schemaVersion)
            try container.encode(tool, forKey: .tool)
            try container.encode(target, forKey: .target)
            try container.encode(startedAt, forKey: .startedAt)
            try container.encode(durationSeconds, forKey: .durationSeconds)
            try container.encode(seed, forKey: .seed)
            try container.encode(timeScale, forKey: .timeScale)
            try container.encode(summary, forKey: .summary)
            try container.encode(cases, forKey: .cases)
            try container.encode(causes, forKey: .causes)
            try container.encode(coverage, forKey: .coverage)
            try container.encode(notes, forKey: .notes)
            // Present even when there is none, like every key.
            try container.encode(error, forKey: .error)
        }

        init(_ report: RunReport) {
            target = Target(
                kind: report.target.kind.rawValue, name: report.target.name, version: report.target.version,
                config: report.target.config, claims: report.target.claims.map(\.rawValue))
            startedAt = report.startedAt.formatted(.iso8601)
            durationSeconds = report.durationSeconds.rounded(toPlaces: 3)
            seed = report.seed
            notes = report.notes
            timeScale = report.timeScale
            summary = Dictionary(uniqueKeysWithValues: Verdict.allCases.map { ($0.rawValue, report.count($0)) })
            cases = report.cases.map(Case.init)
            causes = report.causes
            coverage = Coverage(
                catalogue: report.coverage.catalogue, selected: report.coverage.selected,
                without: report.coverage.without.map(\.rawValue))
            error = report.problem.map { Failure(exitCode: $0.exitCode, message: $0.message) }
        }
    }
}

extension Double {
    func rounded(toPlaces places: Int) -> Double {
        let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
        return (self * factor).rounded() / factor
    }
}
