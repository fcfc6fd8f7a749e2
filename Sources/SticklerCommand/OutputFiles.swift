import ArgumentParser
import Foundation
import Stickler

/// The files a run is to write; opened before it starts, so that a wrong path shows before the work is done.
struct OutputFiles: Sendable {
    private var reports: [(format: ReportFormat, path: String)] = []
    private var history: String?

    init(reports: [String], history: String?) throws {
        for text in reports {
            let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, let format = ReportFormat(rawValue: halves[0]) else {
                let known = ReportFormat.allCases.map { "\($0.rawValue)=PATH" }.joined(separator: " or ")
                throw ValidationError("--report \(text): write \(known)")
            }
            self.reports.append((format, halves[1]))
        }
        self.history = history
        for path in self.reports.map(\.path) + [history].compactMap({ $0 }) { try Self.checkWritable(path) }
    }

    func write(_ outcome: Verification.Outcome) throws {
        for (format, path) in reports { try Self.write(try format.data(outcome.report), to: path) }
        if let history { try Self.write(try outcome.history.jsonLines(), to: history) }
    }

    private static func checkWritable(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            guard !isDirectory.boolValue, FileManager.default.isWritableFile(atPath: path) else {
                throw VerificationError.usage("\(path) can't be written; give a path of a file that can")
            }
            return
        }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: directory) else {
            throw VerificationError.usage(
                "\(path) can't be written: \(directory) does not exist or is closed to you; make it first")
        }
    }

    private static func write(_ data: Data, to path: String) throws {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw VerificationError.usage("\(path) can't be written: \(error.localizedDescription)")
        }
    }
}
