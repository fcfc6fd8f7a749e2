import Cluster
import Logging
import ReferenceNode
import StickyProxy
import Wire

/// What does the work of a node of a cluster: a node in this process, or a proxy before workers.
enum ClusterEndpoint: Sendable {
    case node(NodeServer)
    case workers([WorkerProcess], ProxyServer)

    /// Starts it at this address.
    static func start(at listen: Endpoint, _ place: StandaloneClusterNode.Place) async throws -> ClusterEndpoint {
        if place.settings.workers > 0 { return try await startWorkers(at: listen, place) }
        return .node(
            try await StandaloneNode.server(
                id: place.id, listen: listen, control: try Endpoint(parsing: place.control), options: place.options))
    }

    private static func startWorkers(
        at listen: Endpoint, _ place: StandaloneClusterNode.Place
    ) async throws -> ClusterEndpoint {
        let control = try Endpoint(parsing: place.control)
        guard control.port == 0 || control.port + place.settings.workers - 1 <= 65_535 else {
            throw VerificationError.usage(
                "--control \(control): the workers are controlled at this port and the ones behind, and there are not enough"
            )
        }
        var workers: [WorkerProcess] = []
        do {
            for number in 1...place.settings.workers {
                let id = "\(place.id)-w\(number)"
                let port = control.port == 0 ? 0 : control.port + number - 1
                workers.append(
                    try await WorkerProcess.start(
                        program: place.program, listen: "127.0.0.1:0",
                        control: "\(Endpoint(host: control.host, port: port))"
                    ) { [options = place.options] listen, control in
                        ["node", "--worker", "--listen", listen, "--control", control, "--id", id] + options.arguments
                    })
            }
            let nodes = try workers.map {
                ProxyNode(id: $0.announcement.nodeID, endpoint: try Endpoint(parsing: $0.announcement.listen))
            }
            let proxy = try await ProxyServer.start(
                ProxyConfiguration(
                    listen: listen, nodes: nodes, behavior: .workers, group: place.group,
                    logger: Logger(label: "stickler.workers")))
            return .workers(workers, proxy)
        } catch {
            for worker in workers { await worker.stop() }
            throw error
        }
    }

    /// Where balancers reach it.
    var listen: Endpoint {
        switch self {
        case .node(let node): node.listen
        case .workers(_, let proxy): proxy.listen
        }
    }

    /// Where it is controlled, or its first worker.
    var control: String {
        switch self {
        case .node(let node): "\(node.control)"
        case .workers(let workers, _): workers[0].announcement.control
        }
    }

    /// Its workers; none where it does the work itself.
    var workers: [WorkerProcess] { if case .workers(let workers, _) = self { workers } else { [] } }

    /// Whether it lives, now and after each change; with workers it does as long as this process.
    var lives: AsyncStream<Bool> {
        switch self {
        case .node(let node): return node.lives()
        case .workers:
            let (lives, watcher) = AsyncStream.makeStream(of: Bool.self)
            watcher.yield(true)
            return lives
        }
    }

    func stop() async {
        // What can't be stopped in order dies with the process.
        switch self {
        case .node(let node): try? await node.shutdown()
        case .workers(let workers, let proxy):
            try? await proxy.shutdown()
            for worker in workers { await worker.stop() }
        }
    }
}

extension Behavior {
    /// The proxy within an endpoint: a client keeps its worker by a cookie of its own, and its sessions by their URLs.
    fileprivate static var workers: Behavior {
        var (behavior, cookie) = (Behavior.reference, Affinity.Cookie())
        cookie.name = "cluster-worker"
        behavior.affinity.rule = .cookie(cookie)
        // The balancer before it has said who the client is.
        behavior.headers.forwardedFor = .keptIfPresent
        return behavior
    }
}

extension StandaloneNode.Options {
    /// The same as a command line says them to a worker.
    fileprivate var arguments: [String] {
        var arguments: [String] = []
        if let tokenFile { arguments += ["--token-file", tokenFile] }
        if !negotiatesDeflate { arguments.append("--no-deflate") }
        if let sockJSClientURL { arguments += ["--sockjs-client-url", sockJSClientURL] }
        if let app { arguments += ["--app", app] }
        return arguments
    }
}
