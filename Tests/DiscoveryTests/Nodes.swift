import Clocks
import Synchronization
import Testing

@testable import Discovery

/// The nodes of a test at one registry.
final class Nodes: Sendable {
    let site: any RegistrySite
    private let nodes = Mutex<[(number: Int, discovery: any EndpointDiscovery)]>([])

    init(_ site: any RegistrySite) { self.site = site }

    var all: [any EndpointDiscovery] { nodes.withLock { $0.map(\.discovery) } }

    /// Another node registers.
    @discardableResult
    func add(
        _ number: Int, _ timing: DiscoveryTiming, _ limits: DiscoveryLimits = DiscoveryLimits()
    ) throws -> any EndpointDiscovery {
        let discovery = try site.node(timing, limits)
        try discovery.register(Sample.endpoint(number))
        nodes.withLock { $0.append((number, discovery)) }
        return discovery
    }

    /// A node goes; its end is up to `body`.
    func remove(_ node: any EndpointDiscovery, _ body: () async -> Void) async {
        await body()
        nodes.withLock { nodes in
            nodes.removeAll { ($0.discovery as? any NodeDiscovery)?.node === (node as? any NodeDiscovery)?.node }
        }
    }

    /// Waits until each node satisfies the condition.
    func all(
        sourceLocation: SourceLocation = #_sourceLocation, _ condition: @escaping @Sendable (DiscoveryView) -> Bool
    ) async throws {
        for node in all {
            let view = await node.view(within: Sample.long, where: condition)
            try #require(view != nil, "\(node.view)", sourceLocation: sourceLocation)
        }
    }

    /// Waits until each node is registered and sees just these.
    func all(see numbers: [Int], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await all(sourceLocation: sourceLocation) { $0.isRegistered && $0.endpoints.numbers == numbers }
    }

    /// Sees that no node loses another for so long.
    func stay(for time: Duration) async throws {
        let count = nodes.withLock { $0.count }
        let lost = await all[0].view(within: time) { $0.endpoints.all.count < count }
        #expect(lost == nil, "\(lost.map(String.init(describing:)) ?? "")")
    }

    /// Sees that no node loses another while `body` runs.
    func losesNobody(_ body: () async throws -> Void) async throws {
        let count = all.count
        let watching = all.map { node in
            let views = node.views()
            return Task { () -> Int? in
                await views.first { $0.endpoints.all.count < count }?.endpoints.all.count
            }
        }
        defer { for task in watching { task.cancel() } }
        try await body()
        for task in watching {
            task.cancel()
            let lost = await task.value
            #expect(lost == nil)
        }
    }
}
