import BenchmarkProcess
import Foundation
import Glibc
import ProxyLoad

/// The server, and balancers in front of it.
final class ProxyStage {
    /// Tunnels between whose numbers memory is looked at.
    static let idleTunnels = (few: 500, many: 2_500)
    /// Slices that do not count.
    private static let warmUp = 1

    private let contenders: [Contender]
    private let server: ServerProcess
    private var balancers: [ServerProcess] = []

    init(_ contenders: [Contender], programs: [String: String], folder: ProxyFolder) throws {
        self.contenders = contenders
        server = try ServerProcess(
            .init(name: "EchoServer", executable: programs["EchoServer"] ?? "", arguments: []))
        do {
            for contender in contenders { try start(contender, programs[contender.program] ?? "", folder) }
        } catch {
            stop()
            throw error
        }
    }

    private func start(_ contender: Contender, _ executable: String, _ folder: ProxyFolder) throws {
        let ports = Contender.Ports(listen: Int(proxy_load_free_port()), node: server.port)
        let file = try contender.configuration.map {
            try folder.write($0(ports, folder.path), to: "\(contender.program).yaml")
        }
        let command = contender.command(executable, ports, file: file ?? "")
        let log = try folder.log(of: contender.program)
        let balancer =
            contender.announcesPort
            ? try ServerProcess(command) : try ServerProcess(command, port: ports.listen, log: log)
        balancers.append(balancer)
        let probe = proxy_load_plan(
            kind: proxy_load_post, port: Int32(balancer.port), connections: 1, size: 1, window: 1)
        let end = ContinuousClock.now + .seconds(20)
        while true {
            if let load = proxy_load_connect(probe) { return proxy_load_close(load) }
            guard balancer.isRunning, .now < end else {
                throw Self.failure("\(contender.name) did not start; see \(folder.path)/\(contender.program).log")
            }
            // A program that accepts tells nobody.
            usleep(20_000)
        }
    }

    func stop() {
        for process in balancers + [server] { process.stop() }
    }

    /// For each balancer its slices, which alternate with those of the others.
    func measure(_ row: ProxyRow, rounds: Int) throws -> [[Slice]] {
        var loads: [OpaquePointer] = []
        defer { loads.forEach(proxy_load_close) }
        for index in contenders.indices { loads.append(try connect(row.plan, through: index)) }
        var slices = [[Slice]](repeating: [], count: contenders.count)
        for round in -Self.warmUp..<rounds {
            for index in contenders.indices.map({ ($0 + max(0, round)) % contenders.count }) {
                let (cpu, wall) = (balancers[index].clock.nanoseconds, ContinuousClock.now)
                guard proxy_load_run(loads[index], row.count) != 0 else { throw Self.failure(contenders[index].name) }
                let slice = Slice(
                    cpu: balancers[index].clock.nanoseconds - cpu, wall: wall.duration(to: .now) / .nanoseconds(1))
                if round >= 0 { slices[index].append(slice) }
            }
        }
        return slices
    }

    private func connect(_ plan: proxy_load_plan, through index: Int) throws -> OpaquePointer {
        var plan = plan
        plan.port = Int32(balancers[index].port)
        guard let load = proxy_load_connect(plan) else { throw Self.failure(contenders[index].name) }
        return load
    }

    private static func failure(_ what: String) -> ServerProcess.Failure {
        ServerProcess.Failure(description: "\(what): \(String(cString: proxy_load_failure()))")
    }

    // MARK: Memory

    /// What each further tunnel takes of a balancer that just started.
    static func bytesPerTunnel(
        _ contender: Contender, programs: [String: String], folder: ProxyFolder
    ) throws -> Double {
        let stage = try ProxyStage([contender], programs: programs, folder: folder)
        defer { stage.stop() }
        var loads: [OpaquePointer] = []
        defer { loads.forEach(proxy_load_close) }
        var sizes: [Double] = []
        for count in [idleTunnels.few, idleTunnels.many - idleTunnels.few] {
            let plan = proxy_load_plan(
                kind: proxy_load_echo, port: 0, connections: Int32(count), size: 64, window: 1)
            let load = try stage.connect(plan, through: 0)
            loads.append(load)
            // A message in each, so that no tunnel is still on its way out of HTTP.
            guard proxy_load_run(load, UInt64(count)) != 0 else { throw failure(contender.name) }
            sizes.append(try residentBytes(of: stage.balancers[0].identifier))
        }
        return (sizes[1] - sizes[0]) / Double(idleTunnels.many - idleTunnels.few)
    }

    private static func residentBytes(of process: Int) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        guard let match = text.firstMatch(of: /\nRss: +([0-9]+) kB/), let size = Double(match.1) else {
            throw ServerProcess.Failure(description: "/proc/\(process)/smaps_rollup tells no Rss")
        }
        return size * 1_024
    }
}
