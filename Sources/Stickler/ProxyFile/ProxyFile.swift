import Balancers
import Foundation
import ReferenceNode
import StickyProxy
import Wire

/// What `stickler proxy --config FILE.yml` reads: the nodes of a proxy, and every knob of its behavior that is not the
/// reference's.
struct ProxyFile: Sendable, Equatable {
    /// Longest file that is read, in bytes.
    private static let byteLimit = 1 << 20

    /// Nil where the file names none.
    var nodes: [ProxyNode]?
    var behavior: Behavior

    /// Reads a file.
    ///
    /// - Throws: ``VerificationError/usage(_:)`` that names the file, and the line and the key where it is one.
    init(path: String) throws(VerificationError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .usage("the configuration \(path) can't be read: \(error.localizedDescription)")
        }
        guard data.count <= Self.byteLimit, let yaml = String(data: data, encoding: .utf8) else {
            throw .usage("the configuration \(path) is not text in UTF-8 of at most 1 MiB")
        }
        do throws(ManifestError) {
            try self.init(file: path, yaml: yaml)
        } catch {
            throw .usage("\(error)")
        }
    }

    init(file: String, yaml: String) throws(ManifestError) {
        let example = "write for example \"distribution: {order: least-connections}\""
        var knobs = KnobReader(try ManifestReader(file: file, yaml: yaml, example: example))
        var behavior = Behavior.reference
        nodes = try Self.nodes(&knobs)
        try knobs.section("upgrade") { (part) throws(ManifestError) in try behavior.upgrade.read(&part) }
        try knobs.section("affinity") { (part) throws(ManifestError) in try behavior.affinity.read(&part) }
        try knobs.section("distribution") { (part) throws(ManifestError) in try behavior.distribution.read(&part) }
        try knobs.section("health") { (part) throws(ManifestError) in try behavior.health.read(&part) }
        try knobs.section("retry") { (part) throws(ManifestError) in try behavior.retry.read(&part) }
        try knobs.section("headers") { (part) throws(ManifestError) in try behavior.headers.read(&part) }
        try knobs.section("requests") { (part) throws(ManifestError) in try behavior.requests.read(&part) }
        try knobs.section("answers") { (part) throws(ManifestError) in try behavior.answers.read(&part) }
        try knobs.section("changes") { (part) throws(ManifestError) in try behavior.changes.read(&part) }
        try knobs.section("limits") { (part) throws(ManifestError) in try behavior.limits.read(&part) }
        try knobs.finish()
        self.behavior = behavior
    }

    private static func nodes(_ knobs: inout KnobReader) throws(ManifestError) -> [ProxyNode]? {
        guard let parts = try knobs.mappings("nodes") else { return nil }
        var nodes: [ProxyNode] = []
        for var part in parts {
            let remedy = "write a name and HOST:PORT, for example {id: n1, address: 127.0.0.1:7001, weight: 1}"
            guard let id = try part.text("id"), let address = try part.text("address") else {
                throw part.error("id", "or the address is missing", remedy: remedy)
            }
            var weight = 1
            try part.whole("weight", in: 1...256, &weight)
            try part.finish()
            do {
                try NodeError.check(name: id)
                let endpoint = try Endpoint(parsing: address)
                guard endpoint.port > 0 else { throw part.error("address", "has no port", remedy: remedy) }
                nodes.append(ProxyNode(id: id, endpoint: endpoint, weight: weight))
            } catch {
                throw error as? ManifestError ?? part.error("address", "can't be used: \(error)", remedy: remedy)
            }
            if nodes.dropLast().contains(where: { $0.id == id }) {
                throw part.error("id", "\"\(id)\" is that of another node too", remedy: "give each node its own name")
            }
        }
        if nodes.isEmpty { throw knobs.error("nodes", "are none", remedy: "name one at least, or leave the key out") }
        return nodes
    }
}
