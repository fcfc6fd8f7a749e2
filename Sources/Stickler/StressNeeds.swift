import Foundation
import StressResults
import Wire

/// What a stress run needs of the machine: open files above all, since every connection is one at each of its ends.
struct StressNeeds {
    /// Whose the other ends of the clients' connections are.
    enum Kind {
        /// The reference proxy's, and behind it nodes'.
        case reference
        /// A balancer's that is a process of its own; the nodes behind it are here.
        case balancer
        /// Nobody's here.
        case elsewhere
    }

    /// Where proxy and nodes run.
    enum Place {
        /// In this process.
        case here
        /// Each in a process of its own.
        case apart
    }

    /// What a process opens beside the clients' connections: event loops, control connections, standard streams.
    private static let others = 400
    /// What a node alone opens beside them.
    private static let othersOfNode = 50

    private let connections: Int
    private let kind: Kind
    private let hasProgram: Bool
    private let limit: Int

    init(_ scenario: StressScenario, _ shard: Shard, _ kind: Kind, hasProgram: Bool) {
        connections = shard.clients(of: scenario.clients).reduce(0) {
            $0 + scenario.mix.transport(of: $1).connections
        }
        self.kind = kind
        self.hasProgram = hasProgram
        limit = OpenFileLimit.raise()
    }

    /// Where proxy and nodes are to run.
    var place: Place { kind == .reference && 4 * connections + Self.others > limit ? .apart : .here }

    /// Says what is missing, and what to do.
    func provide(isOnLoopback: Bool) throws(VerificationError) {
        let needed =
            switch (kind, place) {
            // The proxy has both ends of its own; so has this process where the nodes are.
            case (.reference, .here): 4 * connections + Self.others
            case (.reference, .apart), (.balancer, _): 2 * connections + Self.others
            case (.elsewhere, _): connections + Self.others
            }
        if place == .apart, !hasProgram {
            throw .usage(
                "\(connections) connections need \(4 * connections + Self.others) open files in one process, and this may have "
                    + "\(limit); run fewer clients, or give StressRun the path of the stickler program, so that proxy and "
                    + "nodes become processes of their own")
        }
        guard needed <= limit else {
            let fits = max(0, (limit - Self.others) * connections / max(1, needed - Self.others))
            throw .usage(
                "\(connections) connections need \(needed) open files in one process, and each may have \(limit): raise the "
                    + "hard limit, for example with `ulimit -Hn \(needed)` as root or LimitNOFILE=\(needed) of the service, "
                    + "split the clients with --shard, or run no more than fit into \(fits) connections")
        }
        if !isOnLoopback, let ports = Self.localPorts, connections > ports {
            throw .usage(
                "\(connections) connections to one address need as many local ports, and this machine has \(ports): widen "
                    + "net.ipv4.ip_local_port_range, or split the clients over machines with --shard")
        }
    }

    /// Says which node may have too few files open for its share of the connections, that of a broken one included.
    ///
    /// - Parameter limits: how many files the process of each node may have open, by the node's id.
    func check(_ limits: [(node: String, openFiles: Int)], isOneBroken: Bool) throws(VerificationError) {
        let serving = max(1, limits.count - (isOneBroken ? 1 : 0))
        let needed = (connections + serving - 1) / serving + Self.othersOfNode
        guard let poorest = limits.min(by: { $0.openFiles < $1.openFiles }), poorest.openFiles < needed else { return }
        throw .usage(
            "\(connections) connections on \(serving) nodes need \(needed) open files at each, and node \(poorest.node) may "
                + "have \(poorest.openFiles): raise its limit, for example with `ulimit -n \(needed)` before its start")
    }

    /// How many ports connections get that bind none; nil where the system does not tell.
    private static var localPorts: Int? {
        let text = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let ends = text?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) } ?? []
        return ends.count == 2 ? ends[1] - ends[0] + 1 : nil
    }
}
