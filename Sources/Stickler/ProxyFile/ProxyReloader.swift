import StickyProxy
import Wire

/// Reads the configuration of a running proxy anew and has it go by that, one reload after the other.
actor ProxyReloader {
    private let path: String
    private let proxy: ProxyServer
    /// Whether nodes are the file's, so that one that is not there any more leaves.
    private let ownsNodes: Bool
    private var last: Task<Void, any Error>?

    init(_ path: String, of proxy: ProxyServer, ownsNodes: Bool) {
        self.path = path
        self.proxy = proxy
        self.ownsNodes = ownsNodes
    }

    /// Reads the file and goes by it; a file that can't be used changes nothing.
    ///
    /// - Throws: ``VerificationError/usage(_:)`` that names the file, and the line and the key where it is one.
    func reload() async throws {
        let previous = last
        let task = Task {
            _ = await previous?.result
            try await apply()
        }
        last = task
        try await task.value
    }

    private func apply() async throws {
        let file = try ProxyFile(path: path)
        guard ownsNodes == (file.nodes != nil) else {
            throw VerificationError.usage(
                ownsNodes
                    ? "\(path) names no nodes any more; name one at least"
                    : "\(path) names nodes, which --node named when the proxy started; start it anew to change that")
        }
        try await proxy.reload(file.behavior)
        guard let nodes = file.nodes else { return }
        let present = try await proxy.nodes()
        // The new ones first, so that there is one at any time.
        for node in nodes {
            guard let old = present.first(where: { $0.id == node.id }) else {
                try await proxy.add(node)
                continue
            }
            if old.address == node.endpoint.description, old.weight == node.weight { continue }
            try await proxy.remove(node.id)
            try await proxy.add(node)
        }
        for old in present where !nodes.contains(where: { $0.id == old.id }) { try await proxy.remove(old.id) }
    }
}
