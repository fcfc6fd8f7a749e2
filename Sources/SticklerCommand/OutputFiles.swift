import Foundation
import Stickler

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The files a run is to write; tried before it starts, so that a wrong path shows before the work is done.
struct OutputFiles: Sendable {
    private var reports: [(format: ReportFormat, path: String)] = []
    private var history: String?

    init(reports: [String], history: String?) throws(VerificationError) {
        for text in reports {
            let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, let format = ReportFormat(rawValue: halves[0]) else {
                let known = ReportFormat.allCases.map { "\($0.rawValue)=PATH" }.joined(separator: " or ")
                throw .usage("--report \(text): write \(known)")
            }
            self.reports.append((format, halves[1]))
        }
        self.history = history
        var seen: Set<String> = []
        for path in self.reports.map(\.path) + [history].compactMap({ $0 }) {
            guard seen.insert(path).inserted else {
                throw .usage("\(path) is given twice; give each file its own path")
            }
            try Self.checkWritable(path)
        }
    }

    func write(_ outcome: Verification.Outcome) throws {
        for (format, path) in reports { try Self.write(try format.data(outcome.report), to: path) }
        if let history { try Self.write(try outcome.history.jsonLines(), to: history) }
    }

    /// A file that is not there yet is made and removed again: permissions alone don't tell (read-only mounts, /proc).
    private static func checkWritable(_ path: String) throws(VerificationError) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
            guard !isDirectory.boolValue else {
                throw .usage("\(path) can't be written: it is a directory; give the path of a file in it")
            }
            guard access(path, W_OK) == 0 else { throw unwritable(path, String(cString: strerror(errno))) }
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw unwritable(path, String(cString: strerror(errno))) }
        close(descriptor)
        unlink(path)
    }

    private static func write(_ data: Data, to path: String) throws {
        do {
            // Not atomic: that would put a file in the place of a pipe or of /dev/stdout.
            try data.write(to: URL(fileURLWithPath: path))
        } catch {
            throw unwritable(path, error.localizedDescription)
        }
    }

    private static func unwritable(_ path: String, _ reason: String) -> VerificationError {
        .usage("\(path) can't be written: \(reason); give a path in a directory that exists and is open to you")
    }
}
