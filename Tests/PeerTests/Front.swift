import Balancers
import Foundation
import NIOCore
import NIOPosix
import StickyProxy
import TestSupport
import Testing
import Verdicts
import Wire

/// What stands between clients and foreign nodes.
enum Front: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case direct, reference, nginx, haproxy

    var testDescription: String { rawValue }

    /// Those that can run here; all of them in CI.
    static var installed: [Front] {
        allCases.filter { front in
            switch front {
            case .direct, .reference: true
            case .nginx, .haproxy: inCI || (try? catalog.manifest(front.rawValue).isInstalled) == true
            }
        }
    }

    private static let inCI = ProcessInfo.processInfo.environment["CI"] != nil

    static let catalog = BalancerCatalog(directory: Checkout.harness("balancers").path)

    /// Starts it before these nodes, with affinity by cookie, for the time of `body`.
    func with<Value: Sendable>(
        _ nodes: [Endpoint], _ body: @escaping @Sendable (Endpoint) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .direct: return try await body(nodes[0])
        case .reference:
            let proxy = try await ProxyServer.start(
                ProxyConfiguration(
                    listen: Endpoint(host: "127.0.0.1", port: 0),
                    nodes: nodes.enumerated().map { ProxyNode(id: "n\($0 + 1)", endpoint: $1) },
                    group: MultiThreadedEventLoopGroup.singleton))
            do {
                let value = try await body(proxy.listen)
                try await proxy.shutdown()
                return value
            } catch {
                try await proxy.shutdown()
                throw error
            }
        case .nginx, .haproxy:
            let manifest = try Self.catalog.manifest(rawValue)
            guard let variant = manifest.variants.first(where: { $0.name == "cookie" }) else { throw NoVariant() }
            let work = FileManager.default.temporaryDirectory.appendingPathComponent("stickler-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: work) }
            let listen = try await Self.freeAddress()
            let values = TemplateValues(
                listen: ListenAddress(host: listen.host, port: listen.port),
                nodes: nodes.map { ListenAddress(host: $0.host, port: $0.port) }, directory: work.path)
            return try await RunningBalancer.with(
                manifest,
                configuration: BalancerConfiguration(
                    manifest.template(of: variant), files: [:], as: rawValue, values: values),
                values: values
            ) { _ in try await body(listen) }
        }
    }

    struct NoVariant: Error {}

    /// An address of this process alone, with a port that is free there.
    static func freeAddress() async throws -> Endpoint {
        let host = "127.\(16 + ProcessInfo.processInfo.processIdentifier % 200).251.\(Int.random(in: 1...250))"
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: host, port: 0)
            .get()
        guard let endpoint = Endpoint(listener.localAddress) else { throw ChannelError.operationUnsupported }
        try await listener.close()
        return endpoint
    }
}
