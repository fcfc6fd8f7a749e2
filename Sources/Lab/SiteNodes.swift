package import Fleet
package import NIOCore
import NIOPosix
import ReferenceNode
import Wire

/// The nodes of a site: started for it, or leased from whoever started them.
struct SiteNodes: Sendable {
    /// All, in order.
    let remotes: [NodeRemote]
    /// Those in this process; empty where they already ran.
    private let own: [NodeServer]
    /// Of nodes that are not ours; nobody else knows of those that are.
    private let leases: NodeLeases?

    /// Starts so many, before an app each, or before none.
    init(
        starting count: Int, on addresses: LabAddresses, timeScale: Double, apps: [Endpoint], loops: BenchLoops
    ) async throws(LabError) {
        var started: [NodeServer] = []
        do throws(LabError) {
            for number in 1...count {
                let app = apps.isEmpty ? nil : apps[(number - 1) % apps.count]
                started.append(
                    try await Self.start("n\(number)", on: addresses.node(number), timeScale: timeScale, app: app))
            }
            var remotes: [NodeRemote] = []
            for node in started { remotes.append(try await .attach(node.control, on: loops.clients.next())) }
            self.remotes = remotes
        } catch {
            for node in started { try? await node.shutdown() }
            throw error
        }
        own = started
        leases = nil
    }

    /// Takes a lease on nodes that already run behind this front; each must be unbroken and have an id of its own.
    init(
        leasedAt controls: [Endpoint], token: ControlToken?, behind front: Endpoint, loops: BenchLoops
    ) async throws(LabError) {
        var remotes: [NodeRemote] = []
        for control in controls {
            remotes.append(try await .attach(try await control.resolved(), token: token, on: loops.clients.next()))
        }
        guard Set(remotes.map(\.nodeID)).count == remotes.count else {
            throw .nodesUnfit("two nodes bear the same id: \(remotes.map(\.nodeID)); start each with its own --id")
        }
        let leases = try await NodeLeases.take(remotes)
        do throws(LabError) {
            for node in remotes {
                try node.checkIsBehind(front)
                try node.checkUnbroken(try await node.status())
            }
        } catch {
            await leases.end()
            throw error
        }
        self.remotes = remotes
        self.leases = leases
        own = []
    }

    /// Whether they were started here.
    var areOwn: Bool { !own.isEmpty }

    /// Whether each of those in this process lives, now and after each change.
    func lives() -> [AsyncStream<Bool>] { own.map { $0.lives() } }

    /// Loops of those in this process, under their ids.
    var namedLoops: [(name: String, loop: any EventLoop)] { zip(remotes, own).map { ($0.nodeID, $1.dataLoop) } }

    /// Starts one more that is no part of the site yet.
    static func spare(
        _ number: Int, on addresses: LabAddresses, timeScale: Double, loops: BenchLoops
    ) async throws(LabError) -> (server: NodeServer, remote: NodeRemote) {
        let server = try await start("n\(number)", on: addresses.node(number), timeScale: timeScale, app: nil)
        do throws(LabError) {
            return (server, try await .attach(server.control, on: loops.clients.next()))
        } catch {
            try? await server.shutdown()
            throw error
        }
    }

    /// Stops what was started here, and gives back what was not.
    func end() async {
        // What can't be stopped in order dies with the process; the verdicts are in by now.
        for node in own { try? await node.shutdown() }
        await leases?.end()
    }

    private static func start(
        _ id: String, on address: Endpoint, timeScale: Double, app: Endpoint?
    ) async throws(LabError) -> NodeServer {
        do {
            var configuration = NodeConfiguration(
                nodeID: id, listen: address, control: address, timeScale: timeScale)
            configuration.app = app
            return try await NodeServer.start(configuration)
        } catch {
            throw .notStarted("node \(id) could not be started: \(systemWords(error))")
        }
    }
}

extension VirtualClient.Target {
    /// The same at the numeric address of its host, where something accepts connections.
    package func reached(on loop: any EventLoop) async throws(LabError) -> VirtualClient.Target {
        var target = self
        target.endpoint = try await endpoint.resolved()
        if let entrance = webSockets { target.webSockets?.endpoint = try await entrance.endpoint.resolved() }
        do throws(WireError) {
            let connection = try await HTTPConnection.open(ConnectionFactory(target: target.endpoint), on: loop)
            await connection.close()
        } catch {
            throw .notStarted("nothing can be put under load at http://\(host)\(pathPrefix): \(error)")
        }
        return target
    }
}

extension Endpoint {
    /// The numeric address, asked for once and on a thread that may block: neither a loop nor a task's own.
    func resolved() async throws(LabError) -> Endpoint {
        do {
            let address = try await NIOThreadPool.singleton.runIfActive { try socketAddress() }
            return Endpoint(address) ?? self
        } catch {
            throw .unresolved("\(self): \(systemWords(error))")
        }
    }
}
