import Balancers
import Foundation
import Synchronization
import Wire

/// Nodes and the reference proxy as processes of their own, each with as many open files as a process may have.
package final class SiteProcesses: Sendable {
    /// What a bench puts under test that stands on them.
    package let target: BenchTarget
    private let companions: [Companion]
    private let proxyShortage: ProxyShortage

    private init(target: BenchTarget, companions: [Companion], proxyShortage: ProxyShortage) {
        self.target = target
        self.companions = companions
        self.proxyShortage = proxyShortage
    }

    /// What the proxy last had no descriptor for; nil while there always was one. The nodes tell of theirs themselves.
    package var shortage: String? { proxyShortage.what }

    /// Starts them.
    ///
    /// - Parameters:
    ///   - program: path of the `stickler` program.
    ///   - mutant: what is broken in the proxy, as `--mutant` takes it; nil for nothing.
    ///   - profile: what the proxy is, as `--profile` takes it; nil for the reference.
    ///   - webSockets: what a second proxy for WebSockets is; nil for none.
    package static func start(
        program: String, mutant: String?, profile: String? = nil, webSockets: String? = nil
    ) async throws(LabError) -> SiteProcesses {
        let addresses = LabAddresses()
        var companions: [Companion] = []
        do throws(Companion.StartError) {
            var nodes: [NodeAnnouncement] = []
            for number in 1...BenchSite.nodeCount {
                let node = try await Companion.start(
                    program,
                    [
                        "node", "--listen", "\(addresses.node(number))", "--control", "127.0.0.1:0", "--id",
                        "n\(number)",
                    ])
                companions.append(node)
                nodes.append(try NodeAnnouncement(node.announcement))
            }
            var common = ["proxy", "--drain", "1s", "--listen", "\(addresses.front):0"]
            for node in nodes { common += ["--node", node.listen] }
            var arguments = common
            if let mutant { arguments += ["--mutant", mutant] }
            if let profile { arguments += ["--profile", profile] }
            let shortage = ProxyShortage()
            var access = SiteAccess.plain
            if let webSockets {
                let second = try await Companion.start(
                    program, common + ["--profile", webSockets], onLine: shortage.read)
                companions.append(second)
                access = access.withWebSockets(at: try endpoint(try ProxyAnnouncement(second.announcement).listen))
            }
            let proxy = try await Companion.start(program, arguments, onLine: shortage.read)
            companions.append(proxy)
            let front = try endpoint(try ProxyAnnouncement(proxy.announcement).listen)
            var controls: [Endpoint] = []
            for node in nodes { controls.append(try endpoint(node.control)) }
            return SiteProcesses(
                target: .running(front: front, host: "\(front)", pathPrefix: "", controls: controls, access: access),
                companions: companions, proxyShortage: shortage)
        } catch {
            for companion in companions { await companion.stop() }
            throw .notStarted("\(error)")
        }
    }

    /// Ends them.
    package func stop() async {
        // The proxy first, so that it does not see its nodes die.
        for companion in companions.reversed() { await companion.stop() }
    }

    private static func endpoint(_ text: String) throws(Companion.StartError) -> Endpoint {
        do {
            return try Endpoint(parsing: text)
        } catch {
            throw Companion.StartError(announcement: text)
        }
    }
}

private struct NodeAnnouncement: Decodable {
    var listen: String
    var control: String
}

private struct ProxyAnnouncement: Decodable {
    var listen: String
}

/// What the proxy last said it had no descriptor for.
private final class ProxyShortage: Sendable {
    private struct Line: Decodable {
        var shortage: String
    }

    private let last = Mutex<String?>(nil)

    var what: String? { last.withLock { $0 } }

    @Sendable func read(_ line: String) {
        // Other lines tell of other things.
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else { return }
        last.withLock { $0 = line.shortage }
    }
}

extension Decodable {
    fileprivate init(_ line: String) throws(Companion.StartError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(line.utf8))
        } catch {
            throw Companion.StartError(announcement: line)
        }
    }
}
