import Foundation
import ReferenceNode
import StickyProxy
import Wire

/// The admin address of a proxy that runs by itself: which nodes it has, and changes of them.
///
/// | request | what it does |
/// |---|---|
/// | `GET /nodes` | tells each node's name, address, state, and what goes through the proxy to it |
/// | `POST /nodes` `{"id":"n4","address":"10.0.0.4:7001"}` | takes a node in |
/// | `POST /nodes/ID/drain`, `POST /nodes/ID/undrain` | gives it no new clients; gives it some again |
/// | `DELETE /nodes/ID` | lets it go: its tunnels end, its clients go to others |
/// | `POST /reload` | reads the proxy's configuration anew |
/// | `GET /metrics` | the same numbers in Prometheus text 0.0.4 |
/// | `GET /health` | `ok` |
struct ProxyAdmin: Sendable {
    let proxy: ProxyServer
    /// Nil for a proxy without a configuration.
    var reloader: ProxyReloader?

    private struct NewNode: Decodable {
        var id: String
        var address: String
        var weight: Int?
    }

    func answer(_ request: ControlRequest) async -> ControlAnswer {
        do {
            return try await execute(request)
        } catch let error as RosterError {
            switch error {
            case .unknownNode: return .text(404, error.description)
            case .duplicateNode, .hasNoClients: return .text(409, error.description)
            }
        } catch let error as VerificationError {
            return .text(422, error.description)
        } catch {
            return .text(500, "\(error)")
        }
    }

    private func execute(_ request: ControlRequest) async throws -> ControlAnswer {
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch (request.method, path.first, path.count) {
        case ("GET", "health", 1): return .text(200, "ok")
        case ("GET", "nodes", 1): return .json(200, try await proxy.nodes())
        case ("GET", "metrics", 1):
            return ControlAnswer(
                200, "text/plain; version=0.0.4; charset=utf-8", Data(ProxyMetrics(try await proxy.nodes()).text.utf8))
        case ("POST", "nodes", 1): return try await add(request.body)
        case ("DELETE", "nodes", 2):
            try await proxy.remove(path[1])
            return .json(200, try await proxy.nodes())
        case ("POST", "nodes", 3) where path[2] == "drain":
            try proxy.drain(path[1])
            return .json(200, try await proxy.nodes())
        case ("POST", "nodes", 3) where path[2] == "undrain":
            try proxy.undrain(path[1])
            return .json(200, try await proxy.nodes())
        case ("POST", "reload", 1):
            guard let reloader else {
                return .text(409, "the proxy was started without --config, so there is nothing to read")
            }
            try await reloader.reload()
            return .json(200, try await proxy.nodes())
        default:
            return .text(
                404,
                "expected GET /nodes, POST /nodes, POST /nodes/ID/drain, POST /nodes/ID/undrain, DELETE /nodes/ID, "
                    + "POST /reload, GET /metrics or GET /health")
        }
    }

    private func add(_ body: Data) async throws -> ControlAnswer {
        let asked: NewNode
        do { asked = try JSONDecoder().decode(NewNode.self, from: body) } catch {
            return .text(
                400, "expected {\"id\":NAME,\"address\":\"HOST:PORT\",\"weight\":1}, the weight may be left out")
        }
        do {
            try NodeError.check(name: asked.id)
            let endpoint = try Endpoint(parsing: asked.address)
            guard endpoint.port > 0 else { return .text(400, "no node listens on \(endpoint); give its port") }
            guard (1...256).contains(asked.weight ?? 1) else { return .text(400, "a weight is a number from 1 to 256") }
            try await proxy.add(ProxyNode(id: asked.id, endpoint: endpoint, weight: asked.weight ?? 1))
        } catch let error as RosterError {
            throw error
        } catch {
            return .text(400, "\(error)")
        }
        return .json(201, try await proxy.nodes())
    }
}

/// What a proxy tells of its nodes in Prometheus text 0.0.4.
struct ProxyMetrics: Sendable {
    let nodes: [NodeReport]

    init(_ nodes: [NodeReport]) { self.nodes = nodes }

    var text: String {
        gauge("state", "What a node is there for.", nodes.map { ("\(label($0)),state=\"\($0.state.rawValue)\"", 1) })
            + gauge(
                "up", "Whether checks and connects leave a node in use.", nodes.map { (label($0), $0.isUp ? 1 : 0) })
            + gauge("tunnels", "WebSocket connections to a node.", nodes.map { (label($0), $0.load.tunnels) })
            + gauge("requests", "Requests under way to a node.", nodes.map { (label($0), $0.load.requests) })
    }

    private func label(_ node: NodeReport) -> String { "node=\"\(node.id)\"" }

    private func gauge(_ name: String, _ help: String, _ values: [(labels: String, value: Int)]) -> String {
        let name = "stickler_proxy_node_\(name)"
        return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
            + values.map { "\(name){\($0.labels)} \($0.value)\n" }.joined()
    }
}
