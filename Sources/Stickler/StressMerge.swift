import Balancers
import Foundation
import Reports
public import StressResults

/// The shards of one stress run, put together from their JSON reports.
///
/// ```swift
/// let merge = try StressMerge(directory: "results")
/// print(merge.report.exitCode)
/// ```
public struct StressMerge: Sendable {
    /// The sum. Where a shard is missing there is none: then its ``StressReport/problem`` names it, with exit code 4.
    public let report: StressReport
    /// Files of the directory that are no reports of shards, such as a sum that was put there.
    public let skipped: [String]

    /// Reads all `.json` files of a directory.
    ///
    /// - Throws: ``VerificationError/usage(_:)`` if one can't be read or is damaged, and if they are not of one run.
    public init(directory: String) throws(VerificationError) {
        var parts: [StressPart] = []
        var skipped: [String] = []
        for path in try Self.files(of: directory) {
            switch try Self.content(of: path) {
            case .report(let report): parts.append(StressPart(name: path, report: report))
            case .merged, .other: skipped.append(path)
            }
        }
        self.skipped = skipped
        do throws(StressMergeError) {
            report = try StressReport.merging(parts)
        } catch {
            guard error.isForWantOfResults, let first = parts.first?.report else {
                throw .usage("\(directory): \(error)")
            }
            let result = first.result
            report = StressReport(
                StressResult(
                    nothingOf: result.scenario, clients: result.clients, shard: .whole, target: result.target,
                    startedAt: result.startedAt),
                thresholds: first.thresholds,
                problem: StressReport.Problem(
                    exitCode: StressConclusion.incomplete.rawValue, message: "\(directory): \(error)"),
                mergedFrom: parts.count)
        }
    }

    private static func files(of directory: String) throws(VerificationError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
                .map { directory.hasSuffix("/") ? directory + $0 : "\(directory)/\($0)" }
        } catch {
            throw .usage("\(directory) can't be read: \(FileWords.reason(error)); give the directory of the reports")
        }
    }

    private static func content(of path: String) throws(VerificationError) -> StressFile.Content {
        let data: Data
        do {
            let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            let attributes = try FileManager.default.attributesOfItem(atPath: place)
            // A pipe could keep us for ever.
            guard attributes[.type] as? FileAttributeType == .typeRegular else {
                throw VerificationError.usage("\(path) is no file")
            }
            let size = attributes[.size] as? Int ?? 0
            // Looked at before: a file is read as a whole.
            guard size <= StressFile.byteLimit else {
                throw VerificationError.usage("\(path) has \(size) bytes, and at most \(StressFile.byteLimit) are read")
            }
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as VerificationError {
            throw error
        } catch {
            throw .usage("\(path) can't be read: \(FileWords.reason(error))")
        }
        do throws(StressFileError) {
            return try StressFile.content(data)
        } catch {
            throw .usage("\(path): \(error)")
        }
    }
}
