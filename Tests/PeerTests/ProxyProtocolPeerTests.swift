import Balancers
import Fleet
import History
import NIOCore
import NIOPosix
import ReferenceNode
import SockJS
import StickyProxy
import TestSupport
import Testing
import Wire

/// HAProxy and nginx read what our proxy writes of the PROXY protocol, and the other way round.
@Suite(.serialized, .tags(.foreignPeer), .timeLimit(.minutes(2)))
struct ProxyProtocolPeerTests {
    typealias Version = ProxyProtocolVersion
    static let patience = Duration.seconds(20)

    /// A configuration that answers each request with the client's address and port as the program sees them, and the
    /// addresses that our proxy stated in a header field.
    static func witness(_ front: Front, _ listen: Endpoint, _ directory: String) -> String {
        switch front {
        case .haproxy:
            """
            global
                maxconn 1000
            defaults
                mode http
                timeout connect 5s
                timeout client 30s
                timeout server 30s
            frontend witness
                bind \(listen) accept-proxy
                http-request return status 200 content-type text/plain \
            lf-string "%[src]:%[src_port] %[dst]:%[dst_port] %[req.hdr(x-forwarded-for)]"

            """
        default:
            """
            worker_processes 1;
            pid \(directory)/nginx.pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
                access_log off;
                client_body_temp_path \(directory)/client_body;
                proxy_temp_path \(directory)/proxy;
                fastcgi_temp_path \(directory)/fastcgi;
                uwsgi_temp_path \(directory)/uwsgi;
                scgi_temp_path \(directory)/scgi;
                server {
                    listen \(listen) proxy_protocol;
                    location / {
                        return 200 "$proxy_protocol_addr:$proxy_protocol_port \
            $proxy_protocol_server_addr:$proxy_protocol_server_port $http_x_forwarded_for";
                    }
                }
            }

            """
        }
    }

    /// What a program must be told to put a header in front of what clients send, as bytes that it does not understand.
    static func sender(_ listen: Endpoint, to proxy: Endpoint, _ version: Version) -> String {
        """
        global
            maxconn 1000
        defaults
            mode tcp
            timeout connect 5s
            timeout client 30s
            timeout server 30s
        listen sender
            bind \(listen)
            server proxy \(proxy) \(version == .v1 ? "send-proxy" : "send-proxy-v2")

        """
    }

    static func running<Value: Sendable>(
        _ front: Front, _ listen: Endpoint, _ configuration: (String) -> String,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { directory in
            try await RunningBalancer.with(
                try Front.catalog.manifest(front.rawValue),
                configuration: BalancerConfiguration(text: configuration(directory)),
                values: TemplateValues(
                    listen: ListenAddress(host: listen.host, port: listen.port), nodes: [], directory: directory)
            ) { _ in try await body() }
        }
    }

    static func running<Value: Sendable>(
        _ behavior: Behavior, at listen: Endpoint = Endpoint(host: "127.0.0.1", port: 0), before nodes: [Endpoint],
        _ body: @escaping @Sendable (ProxyServer) async throws -> Value
    ) async throws -> Value {
        let proxy = try await ProxyServer.start(
            ProxyConfiguration(
                listen: listen, nodes: nodes.enumerated().map { ProxyNode(id: "n\($0 + 1)", endpoint: $1) },
                behavior: behavior, group: MultiThreadedEventLoopGroup.singleton))
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(proxy))
        } catch {
            outcome = .failure(error)
        }
        try await proxy.shutdown()
        return try outcome.get()
    }

    static func behavior(
        _ mode: Behavior.Mode, fromClients: Behavior.ProxyProtocol.Expectation? = nil, toNodes: Version? = nil
    ) -> Behavior {
        var behavior = Behavior.reference
        behavior.mode = mode
        behavior.proxyProtocol.fromClients = fromClients
        behavior.proxyProtocol.toNodes = toNodes
        return behavior
    }

    /// The answer to a request that comes from this address, and the port that it came from.
    static func ask(_ target: Endpoint, from source: String) async throws -> String {
        let connection = try await HTTPConnection.open(
            ConnectionFactory(target: target, source: source), on: MultiThreadedEventLoopGroup.singleton.next())
        let answer = try await connection.send(
            ClientRequest(method: "GET", target: "/", headers: [("Host", "a.test")]), within: patience)
        await connection.close()
        return String(buffer: answer.body)
    }

    // MARK: To nodes

    @Test(
        arguments: Front.installed.filter { [.haproxy, .nginx].contains($0) },
        [Behavior.Mode.http, .tcp].flatMap { mode in Version.allCases.map { (mode, $0) } })
    func `a balancer behind the proxy learns each client's address, and takes health checks`(
        front: Front, how: (mode: Behavior.Mode, version: Version)
    ) async throws {
        let listen = try await Front.freeAddress()
        try await Self.running(front, listen, { Self.witness(front, listen, $0) }) {
            try await Self.running(Self.behavior(how.mode, toNodes: how.version), before: [listen]) { proxy in
                for source in ["127.9.8.7", "127.9.8.8", "127.9.8.7"] {
                    let fields = try await Self.ask(proxy.listen, from: source).split(separator: " ")
                    #expect(fields.first?.hasPrefix(source + ":") == true, "\(fields)")
                    #expect(fields.dropFirst().first.map(String.init) == proxy.listen.description, "\(fields)")
                    // The proxy's own field goes with HTTP only.
                    #expect(fields.dropFirst(2).map(String.init) == (how.mode == .http ? [source] : []), "\(fields)")
                }
                // It gets no clients before a check has found it healthy.
                try await proxy.add(ProxyNode(id: "checked", endpoint: listen))
                while try await proxy.nodes().last?.state != .serving { await Task.yield() }
                #expect(try await proxy.nodes().allSatisfy(\.isUp))
            }
        }
    }

    // MARK: From clients

    @Test(
        .enabled(if: Front.installed.contains(.haproxy), "haproxy is not installed"),
        arguments: [Behavior.Mode.http, .tcp], Version.allCases)
    func `the proxy behind HAProxy learns each client's address, and tells it`(
        mode: Behavior.Mode, version: Version
    ) async throws {
        let (sender, proxy, witness) = (
            try await Front.freeAddress(), try await Front.freeAddress(), try await Front.freeAddress()
        )
        let configuration = { (directory: String) in
            Self.sender(sender, to: proxy, version) + Self.witness(.haproxy, witness, directory)
        }
        try await Self.running(.haproxy, sender, configuration) {
            let behavior = Self.behavior(mode, fromClients: .required, toNodes: version == .v1 ? .v2 : .v1)
            try await Self.running(behavior, at: proxy, before: [witness]) { _ in
                for source in ["127.9.8.7", "127.9.8.8"] {
                    let fields = try await Self.ask(sender, from: source).split(separator: " ")
                    #expect(fields.first?.hasPrefix(source + ":") == true, "\(fields)")
                    #expect(fields.dropFirst().first.map(String.init) == sender.description, "\(fields)")
                    #expect(fields.dropFirst(2).map(String.init) == (mode == .http ? [source] : []), "\(fields)")
                }
            }
        }
    }

    // MARK: Sessions in mode tcp

    /// Our proxy in mode tcp, by the client's address, before three nodes of ours; behind HAProxy or in front of all.
    static func inTCP(
        behind version: Version?, _ body: @escaping @Sendable (Endpoint) async throws -> Void
    ) async throws {
        var nodes: [NodeServer] = []
        for number in 1...3 { nodes.append(try await NodeServer.start(NodeConfiguration(nodeID: "n\(number)"))) }
        var behavior = behavior(.tcp, fromClients: version.map { _ in .required })
        behavior.affinity.rule = .hash(of: .address)
        let outcome: Result<Void, any Error>
        do {
            try await running(behavior, before: nodes.map(\.listen)) { proxy in
                guard let version else { return try await body(proxy.listen) }
                let listen = try await Front.freeAddress()
                try await running(.haproxy, listen, { _ in sender(listen, to: proxy.listen, version) }) {
                    try await body(listen)
                }
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for node in nodes { try await node.shutdown() }
        try outcome.get()
    }

    @Test(arguments: [nil] + (Front.installed.contains(.haproxy) ? Version.allCases : []))
    func `every transport brings every message back through mode tcp, from one node`(behind: Version?) async throws {
        try await Self.inTCP(behind: behind) { target in
            for source in ["127.9.7.1", "127.9.7.2"] {
                var nodes: Set<String> = []
                let client = VirtualClient(
                    name: "c", target: .init(endpoint: target), source: source, seed: .random(in: .min ... .max),
                    loop: MultiThreadedEventLoopGroup.singleton.next(), recorder: .init())
                for transport in ClientTransport.allCases {
                    var options = ClientOptions(ladder: [transport])
                    options.leastTransportDeadline = Self.patience
                    let carrier = try await SockJSConnector(service: "/echo", options: options)
                        .connect(client, session: client.nextSessionName()).get()
                    for message in NodeSockJSTests.cornerCases {
                        try await carrier.send(message: message)
                        #expect(try await carrier.receiveMessage(within: Self.patience) == message)
                    }
                    nodes.insert(carrier.nodeID ?? "unknown")
                    await carrier.close()
                }
                #expect(nodes.count == 1, "\(source): \(nodes)")
            }
        }
    }
}
