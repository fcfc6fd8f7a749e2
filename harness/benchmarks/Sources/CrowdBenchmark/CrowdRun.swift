import BenchmarkProcess
import Foundation
import Glibc

/// One run of `stickler stress`, watched from outside.
struct CrowdRun {
    /// Of a run's time, how much of its end memory must be flat for.
    private static let flatShare = 0.6
    /// How much more memory there may be at the end of that.
    static let mostGrowth = 0.03

    struct Outcome {
        var report: CrowdReport
        var memory: [ResidentMemory]
        /// Seconds for which memory must be flat.
        var window: Double
    }

    let crowd: Crowd
    let clients: Int
    private let seconds: Int
    private let program: String
    private let folder: String

    init(_ crowd: Crowd, clients: Int, seconds: Int, program: String, folder: String) {
        self.crowd = crowd
        self.clients = clients
        self.seconds = seconds
        self.program = program
        self.folder = folder
    }

    /// Seconds in which clients arrive.
    private var ramp: Int { max(5, seconds / 10) }
    private var node: String { crowd.goes == .straight ? "n1" : "n2" }
    /// Before memory must be flat.
    var fault: String { "kill \(node) @\(ramp + seconds / 5)s for \(max(3, seconds / 30))s" }
    /// What the names of the files begin with.
    var files: String { "\(folder)/\(crowd.name)" }

    /// Runs it to its end, and looks each second meanwhile.
    func outcome() throws -> Outcome {
        let node = crowd.goes == .straight ? try CrowdNode(program, "n1") : nil
        defer { node?.stop() }
        // No client goes there, but a site has two nodes at least.
        let other = crowd.goes == .straight ? try CrowdNode(program, "n2") : nil
        defer { other?.stop() }
        var target = node.map { ["--url", "http://127.0.0.2:\($0.port)"] } ?? []
        for node in [node, other] { target += node.map { ["--node", $0.control] } ?? [] }
        _ = FileManager.default.createFile(atPath: "\(files).log", contents: nil)
        guard let log = FileHandle(forWritingAtPath: "\(files).log") else {
            throw ServerProcess.Failure(description: "\(files).log can't be written")
        }
        let stress = try ServerProcess(
            .init(
                name: "stickler stress", executable: program,
                arguments: ["stress"] + target + [
                    "--clients", "\(clients)", "--mix", "websocket", "--ramp", "\(ramp)s", "--duration", "\(seconds)s",
                    "--think", "exp:2s", "--fault", fault, "--report", "json=\(files).json",
                ]), port: 0, log: log)
        defer { stress.stop() }
        let memory = watch(stress, beside: node)
        let report = try JSONDecoder().decode(
            CrowdReport.self, from: Data(contentsOf: URL(fileURLWithPath: "\(files).json")))
        return Outcome(report: report, memory: memory, window: Double(seconds) * Self.flatShare)
    }

    private func watch(_ stress: ServerProcess, beside node: CrowdNode?) -> [ResidentMemory] {
        var memory: [Int: ResidentMemory] = [:]
        if let node { memory[node.identifier] = ResidentMemory(of: node.identifier, "the node") }
        let end = ContinuousClock.now + .seconds(ramp + seconds)
        while stress.isRunning {
            for process in [stress.identifier] + ResidentMemory.children(of: stress.identifier)
            where memory[process] == nil {
                memory[process] = ResidentMemory(of: process, process == stress.identifier ? "the clients" : nil)
            }
            // What comes behind the run's time is its end: reports, and clients that leave.
            if .now < end { for process in memory.keys { memory[process]?.look() } }
            // The pace of the samples.
            usleep(1_000_000)
        }
        return memory.values.sorted { $0.process < $1.process }
    }
}

/// The node that clients go straight to.
private final class CrowdNode {
    private struct Announcement: Decodable {
        var control: String
    }

    private let process: ServerProcess
    let control: String

    var identifier: Int { process.identifier }
    var port: Int { process.port }

    init(_ program: String, _ id: String) throws {
        // Every address is its own, since what is under load must not be at the very one that a node names.
        process = try ServerProcess(
            .init(name: "stickler node", executable: program, arguments: ["node", "--listen", "0.0.0.0:0", "--id", id]))
        control = try JSONDecoder().decode(Announcement.self, from: Data(process.announcement.utf8)).control
    }

    func stop() { process.stop() }
}
