import Foundation

/// Balancers that tests run and that may not be installed.
enum Balancer {
    static let inCI = ProcessInfo.processInfo.environment["CI"] != nil

    /// Whether tests with it are to run: in CI they fail where it is missing.
    static func isTested(_ name: String) -> Bool {
        inCI
            || ((ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
                + ["/usr/sbin", "/usr/local/sbin"])
                .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// Processes whose command line names this directory.
    static func processes(below directory: String) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int.init).filter { pid in
            // A process may end while we look.
            guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
            return String(decoding: line, as: UTF8.self).contains(directory)
        }
    }
}
