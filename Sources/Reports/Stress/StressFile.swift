package import Foundation
import Statistics
package import StressResults

/// Reads what ``StressJSON`` wrote, whoever has changed it since.
package enum StressFile {
    /// Longest file that is read, 256 MiB: a day of a run, each second with its response times, takes that much.
    package static let byteLimit = 1 << 28

    /// What a file turns out to be.
    package enum Content: Sendable {
        /// The report of a run, or of a shard of one.
        case report(StressReport)
        /// A report that was merged from others.
        case merged
        /// JSON, but no report of a stress run.
        case other
    }

    private struct Kind: Decodable {
        var kind: String?
    }

    /// What stands in this text.
    ///
    /// It throws for what is no JSON, for a report of another version, and for one with a field that can't be.
    package static func content(_ data: Data) throws(StressFileError) -> Content {
        guard data.count <= byteLimit else { throw StressFileError(field: "", "longer than \(byteLimit) bytes") }
        let decoder = JSONDecoder()
        let document: StressDocument
        do {
            guard let kind = try? decoder.decode(Kind.self, from: data), kind.kind == StressDocument.kind else {
                // Throws for what is no JSON at all.
                _ = try decoder.decode(AnyJSON.self, from: data)
                return .other
            }
            let version = try decoder.decode(Version.self, from: data).schemaVersion
            guard version == StressDocument.schemaVersion else {
                throw StressFileError(
                    field: "schemaVersion",
                    "expected \(StressDocument.schemaVersion), got \(version); read it with the build that wrote it")
            }
            _ = try decoder.decode(BoundedNumbers.self, from: data)
            document = try decoder.decode(StressDocument.self, from: data)
        } catch let error as DecodingError {
            throw StressFileError(error)
        } catch let error as StressFileError {
            throw error
        } catch {
            throw StressFileError(field: "", "\(error)")
        }
        guard document.mergedFrom == 0 else { return .merged }
        return .report(try StressReport(document))
    }

    private struct Version: Decodable {
        var schemaVersion: Int
    }

    private struct AnyJSON: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}

extension StressReport {
    fileprivate init(_ document: StressDocument) throws(StressFileError) {
        let shard = try StressFileError.at("shard") { () throws(ScenarioError) in try Shard(document.shard) }
        var thresholds: [Threshold] = []
        for (index, row) in document.thresholds.enumerated() {
            thresholds.append(
                try StressFileError.at("thresholds[\(index)].threshold") { () throws(ScenarioError) in
                    try Threshold(row.threshold)
                })
        }
        let target = StressResult.Target(
            name: document.target.name, version: document.target.version.value, config: document.target.config,
            nodes: document.target.nodes)
        let result = StressResult(
            scenario: document.scenario, clients: document.clients, shard: shard, target: target,
            startedAt: document.startedAt, seconds: document.durationSeconds, counts: document.counts,
            connected: document.connected, response: try .init(document.response.histogram, of: "response"),
            service: try .init(document.service.histogram, of: "service"),
            recovery: document.recovery.recovery,
            timeline: document.timeline.map(\.second), faults: document.faults.map(\.fault), samples: document.samples,
            ownStalls: document.ownStalls, shortages: document.shortages,
            isInterrupted: document.interrupted, notes: document.notes,
            followedLoad: document.followedLoad.value)
        self.init(result, thresholds: thresholds, problem: document.error.value, mergedFrom: document.mergedFrom)
        remedies = document.remedies
    }
}

extension HdrHistogram {
    /// The histogram of response times in this text.
    fileprivate init(_ text: String, of field: String) throws(StressFileError) {
        let field = "\(field).histogram"
        do throws(HistogramError) {
            try self.init(encoded: text, slotLimit: HistogramLayout.latency.slotCount)
        } catch {
            throw StressFileError(field: field, "\(error)")
        }
        guard layout == .latency else {
            throw StressFileError(field: field, "expected \(HistogramLayout.latency), got \(layout)")
        }
    }
}
