import CMalloc
import Defects
import Foundation
import NIOCore
import NIOPosix
import Profiles
import ReferenceNode
import StickyProxy
import Wire

/// A node that runs by itself, for a balancer on this or another host.
public struct StandaloneNode: Sendable {
    private let node: NodeServer
    private let id: String

    /// One line of JSON: where it accepts and where it is controlled.
    public var announcement: String {
        "{\"listen\":\"\(node.listen)\",\"control\":\"\(node.control)\",\"nodeID\":\"\(id)\"}"
    }

    /// Where it accepts, as `HOST:PORT`.
    public var listen: String { "\(node.listen)" }

    /// What a node that runs by itself may be told.
    public struct Options: Sendable, Hashable {
        /// The file with the token that requests to the control plane must bear; nil for none.
        public var tokenFile: String?
        /// Whether WebSockets may be compressed, as browsers offer it.
        public var negotiatesDeflate = true
        /// Where the iframe pages of SockJS load sockjs-client from; nil for the usual place on the internet.
        public var sockJSClientURL: String?
        /// Address of the app behind it, which gets the requests for paths of no service of ours; nil for none.
        public var app: String?

        /// What holds unless told otherwise.
        public init() {}
    }

    /// Starts a node.
    ///
    /// - Throws: ``VerificationError/usage(_:)`` if the id, an address or the token is wrong, the control address needs
    ///   a token, or an address can't be listened on.
    public static func start(
        id: String, listen: String, control: String, options: Options = Options()
    ) async throws(VerificationError) -> Self {
        do {
            let (listen, control) = (try Endpoint(parsing: listen), try Endpoint(parsing: control))
            return StandaloneNode(
                node: try await server(id: id, listen: listen, control: control, options: options), id: id)
        } catch {
            throw error as? VerificationError ?? .usage("the node does not start: \(error)")
        }
    }

    /// The node that these options ask for.
    static func server(
        id: String, listen: Endpoint, control: Endpoint, options: Options
    ) async throws -> NodeServer {
        let token = try ControlToken(ofFile: options.tokenFile)
        try OpenFiles.provide(StandaloneLimit.openFiles)
        var configuration = NodeConfiguration(nodeID: id, listen: listen, control: control)
        configuration.controlToken = token
        configuration.negotiatesDeflate = options.negotiatesDeflate
        configuration.sockJSClientURL = options.sockJSClientURL
        configuration.app = try options.app.map { try Endpoint(parsing: $0) }
        return try await NodeServer.start(configuration)
    }

    /// Stops it.
    public func stop() async throws { try await node.shutdown() }
}

/// The reference proxy running by itself.
public struct StandaloneProxy: Sendable {
    private let proxy: ProxyServer
    private let group: MultiThreadedEventLoopGroup
    private let lottery: DamageLottery?
    private let admin: ControlServer?
    private let reloader: (file: String, actor: ProxyReloader)?

    /// One line of JSON: where it accepts, and where it is administered if it is.
    public var announcement: String {
        "{\"listen\":\"\(proxy.listen)\"" + (admin.map { ",\"admin\":\"\($0.listen)\"" } ?? "") + "}"
    }

    /// Where the nodes of a proxy are changed while it runs.
    public struct Admin: Sendable, Hashable {
        /// The address, as `HOST:PORT`; port 0 takes a free one.
        public var address: String
        /// The file with the token that requests must bear; nil for none, which only loopback may have.
        public var tokenFile: String?

        /// An admin address.
        public init(address: String, tokenFile: String? = nil) {
            self.address = address
            self.tokenFile = tokenFile
        }
    }

    /// One line of JSON: how many units of traffic passed so far, and how many of them were damaged; nil without a mutant
    /// at a rate.
    public var damage: String? {
        (lottery?.tally).map { "{\"units\":\($0.units),\"damaged\":\($0.damaged)}" }
    }

    /// One line of JSON: what it had no descriptor for.
    public static func announcement(ofShortage what: String) -> String {
        line(["shortage": what])
    }

    private static func line(_ said: [String: String]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // A string is always one of JSON.
        let text = (try? encoder.encode(said)) ?? Data()
        return String(decoding: text, as: UTF8.self)
    }

    /// Starts the proxy in front of these nodes.
    ///
    /// - Parameters:
    ///   - listen: where clients connect, as `HOST:PORT`; port 0 takes a free one.
    ///   - nodes: the addresses of the nodes, as `HOST:PORT`; none where the configuration names them.
    ///   - configuration: a file in YAML that says what is not the reference's behavior, and perhaps names the nodes; nil for
    ///     none.
    ///   - profileName: the name of one of ``ProfileList`` or ``MutantList``; nil for the reference.
    ///   - mutantName: the name of one of ``MutantList``, with a rate or without; nil for nothing broken.
    ///   - seed: decides which units a mutant at a rate damages.
    ///   - admin: where its nodes are changed; nil for nowhere.
    ///   - onShortage: told what the proxy had no descriptor for, once a second at most.
    /// - Throws: ``VerificationError/usage(_:)`` if an address, the mutant or the token is wrong, the admin address needs a
    ///   token, or an address can't be listened on.
    public static func start(
        listen: String, nodes: [String], configuration path: String? = nil, profile profileName: String? = nil,
        mutant mutantName: String?, seed: UInt64 = 1, admin: Admin? = nil,
        onShortage: @escaping @Sendable (_ what: String) -> Void = { _ in }
    ) async throws(VerificationError) -> Self {
        try OpenFiles.provide(StandaloneLimit.openFiles)
        let profile = try Self.profile(profileName, mutantName)
        let damage = profile.damage(seed: seed)
        if let listeners = profile.listeners {
            throw .usage(
                "\(profile.name) is two listeners: start one proxy with --profile \(listeners.http) and one with --profile "
                    + "\(listeners.webSockets), both with the same nodes")
        }
        if profile.webSockets != nil {
            throw .usage(
                "\(profile.name) is two listeners, and only `stickler verify --mutant \(profile.name)` has them")
        }
        if profile.cluster != nil {
            throw .usage(
                "\(profile.name) is a balancer within an app, so that it needs nodes of its own: start some with "
                    + "`stickler node --cluster`, each of which is a balancer too")
        }
        if profile.startsNodes {
            throw .usage(
                "\(profile.name) starts nodes and ends them, so that it needs nodes of its own: stickler verify and stickler "
                    + "stress have them; a proxy's are changed at its --admin address")
        }
        let token = try ControlToken(ofFile: admin?.tokenFile)
        let file = try path.map { path throws(VerificationError) in try ProxyFile(path: path) }
        guard nodes.isEmpty == (file?.nodes != nil) else {
            throw .usage(
                nodes.isEmpty
                    ? "there is no node; give --node HOST:PORT, or name nodes in the file of --config"
                    : "nodes are named by --node and by \(path ?? "the file"); name them in one place")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let address = try Endpoint(parsing: listen)
            var configuration = ProxyConfiguration(
                listen: address,
                nodes: try file?.nodes ?? nodes.enumerated().map { try node($0.offset + 1, at: $0.element) },
                behavior: file?.behavior ?? damage.behavior,
                defects: damage.defects,
                group: group,
                onShortage: onShortage)
            // Tunnels with bulk take a fifth less with four times what is read otherwise.
            malloc_keep_large_pieces(1 << 20)
            configuration.largestRead = 256 * 1024
            configuration.instances = profile.instances
            let adminAddress = try admin.map { try Endpoint(parsing: $0.address) }
            if let adminAddress, token == nil, try !adminAddress.isLoopback() {
                throw VerificationError.usage(
                    "the admin address \(adminAddress) is not on loopback, and whoever reaches it could take nodes away; give "
                        + "--token-file stickler.token: \(ControlToken.recipe)")
            }
            let proxy: ProxyServer
            do {
                proxy = try await ProxyServer.start(configuration)
            } catch  where !(error is ProxyStartError) {
                throw VerificationError.usage(
                    "the proxy can't listen on \(address): \(systemWords(error)); free the address, or use port 0 to take any free "
                        + "one")
            }
            let reloader = path.map { ($0, ProxyReloader($0, of: proxy, ownsNodes: nodes.isEmpty)) }
            do {
                var server: ControlServer?
                if let adminAddress {
                    server = try await ControlServer.start(
                        at: adminAddress, token: token, on: group.next(), onShortage: onShortage,
                        answering: ProxyAdmin(proxy: proxy, reloader: reloader?.1).answer)
                }
                return StandaloneProxy(
                    proxy: proxy, group: group, lottery: damage.lottery, admin: server, reloader: reloader)
            } catch {
                try await proxy.shutdown()
                throw error
            }
        } catch {
            // The proxy that would have used its threads is not there; that they end matters to nobody.
            group.shutdownGracefully { _ in }
            throw error as? VerificationError ?? .usage("the proxy does not start: \(error)")
        }
    }

    /// What it is to be: a profile, or the reference proxy, perhaps with a mutant's damage.
    private static func profile(_ name: String?, _ mutant: String?) throws(VerificationError) -> Profile {
        if let mutant { return Profile(try MutantChoice(asked: mutant)) }
        return try name.map { name throws(VerificationError) in try Profile(asked: name) } ?? .reference
    }

    private static func node(_ number: Int, at address: String) throws -> ProxyNode {
        let endpoint = try Endpoint(parsing: address)
        guard endpoint.port > 0 else {
            throw VerificationError.usage("no node listens on \(endpoint); give the port that `stickler node` printed")
        }
        return ProxyNode(id: "n\(number)", endpoint: endpoint)
    }

    /// Reads its configuration anew and goes by it; one that can't be used changes nothing, and a proxy without one has
    /// nothing to read. Returns one line of JSON: the file, or why it is refused.
    public func reload() async -> String {
        guard let reloader else { return Self.line(["refused": "it was started without a configuration"]) }
        do {
            try await reloader.actor.reload()
            return Self.line(["reloaded": reloader.file])
        } catch {
            return Self.line(["refused": "\(error)"])
        }
    }

    /// Stops it: takes no new clients, ends connections with the answers they wait for, and gives WebSockets so long to end
    /// before they are told to go (close code 1001).
    public func stop(draining limit: Duration = .zero) async throws {
        try await admin?.stop()
        try await proxy.leave(within: limit)
        try await group.shutdownGracefully()
    }
}

/// What a program that runs by itself needs, whoever its clients are.
private enum StandaloneLimit {
    static let openFiles = 256
}
