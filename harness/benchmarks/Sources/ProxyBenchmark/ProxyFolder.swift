import BenchmarkProcess
import Foundation

/// Where the balancers' configurations and logs are.
struct ProxyFolder {
    let path = FileManager.default.currentDirectoryPath + "/.build-bench/proxy"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
        return "\(path)/\(name)"
    }

    func log(of name: String) throws -> FileHandle {
        let file = try write("", to: "\(name).log")
        guard let handle = FileHandle(forWritingAtPath: file) else {
            throw ServerProcess.Failure(description: "\(file) can't be written")
        }
        return handle
    }
}
