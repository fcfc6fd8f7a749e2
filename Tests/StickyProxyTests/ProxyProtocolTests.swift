import NIOCore
import TestSupport
import Testing
import Wire

@testable import StickyProxy

extension Behavior {
    /// A header is required of clients, or sent to nodes.
    func withProxyProtocol(
        fromClients: ProxyProtocol.Expectation? = nil, toNodes: ProxyProtocolVersion? = nil
    ) -> Behavior {
        with { $0.proxyProtocol = ProxyProtocol(fromClients: fromClients, toNodes: toNodes) }
    }
}

/// A client of this address, who called `198.51.100.1:443`.
private func client(_ host: String, port: Int = 5_000) -> ProxyProtocolHeader {
    .client(
        source: Endpoint(host: host, port: port),
        destination: Endpoint(host: host.contains(":") ? "2001:db8::1" : "198.51.100.1", port: 443))
}

@Suite("Where clients' connections begin with a PROXY protocol header", .timeLimit(.minutes(1)))
struct ProxyProtocolFromClientsTests {
    static let expecting = Behavior.unprobed.withProxyProtocol(fromClients: .required)

    @Test("its addresses are the client's, of both versions", arguments: ProxyProtocolVersion.allCases)
    func addresses(_ version: ProxyProtocolVersion) async throws {
        for host in ["192.0.2.7", "2001:db8::7"] {
            try await scripted(Self.expecting) { connection, node, _ in
                try await connection.write(client(host).bytes(version))
                for _ in 0..<2 {
                    try await connection.request("GET", "/", fields: ["X-Forwarded-For: 6.6.6.6"])
                    let request = try await node.request()
                    #expect(request.contains("\r\nX-Forwarded-For: \(host)\r\n"))
                    #expect(request.contains("\r\nX-Forwarded-Port: 443\r\n"))
                    try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    #expect(try await connection.response().body == "ok")
                }
            }
        }
    }

    @Test("those of the connection hold where it tells none", arguments: ProxyProtocolVersion.allCases)
    func unknown(_ version: ProxyProtocolVersion) async throws {
        for header in [ProxyProtocolHeader.unknown, .local] {
            try await scripted(Self.expecting) { connection, node, _ in
                try await connection.write(header.bytes(version))
                try await connection.request("GET", "/")
                #expect(try await node.request().contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"))
            }
        }
    }

    @Test("it may come byte by byte, and together with what follows it", arguments: ProxyProtocolVersion.allCases)
    func split(_ version: ProxyProtocolVersion) async throws {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly"
        var whole = client("192.0.2.7").bytes(version)
        whole.writeString(text)
        let pieces = [[whole], whole.readableBytesView.map { ByteBuffer(bytes: [$0]) }]
        for pieces in pieces {
            for behavior in [Self.expecting, Self.expecting.with { $0.mode = .tcp }] {
                try await scripted(behavior) { connection, node, _ in
                    for piece in pieces { try await connection.write(piece) }
                    if behavior.mode == .tcp {
                        #expect(try await node.read(count: text.utf8.count) == text)
                    } else {
                        #expect(try await node.request().contains("\r\nX-Forwarded-For: 192.0.2.7\r\n"))
                        try await node.switchProtocols()
                        #expect(try await node.read(count: 5) == "early")
                    }
                }
            }
        }
    }

    @Test(
        "a connection without it is closed, and no node hears of it",
        arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROXY TCP4 1.1.1.1\r\n", "\u{16}\u{3}\u{1}"])
    func missing(_ text: String) async throws {
        for behavior in [Self.expecting, Self.expecting.with { $0.mode = .tcp }] {
            let node = try await RawServer.start()
            try await withProxy([ProxyNode(id: "n1", endpoint: node.endpoint)], behavior) { proxy in
                let bad = try await proxy.connect()
                try await bad.write(text)
                #expect(await bad.readToEnd().readableBytes == 0)
                let good = try await proxy.connect()
                try await good.write(ProxyProtocolHeader.local.bytes(.v1))
                try await good.request("GET", "/good")
                #expect(try await node.accept().read(through: "\r\n\r\n").hasPrefix("GET /good "))
                await good.close()
            }
            await node.stop()
        }
    }

    @Test("a connection that ends before it is closed")
    func ends() async throws {
        try await scripted(Self.expecting) { connection, _, _ in
            try await connection.write("PROXY TCP4")
            try await connection.closeOutput()
            #expect(await connection.readToEnd().readableBytes == 0)
        }
    }

    @Test("a connection that is too slow to bring it is closed")
    func slow() async throws {
        try await scripted(Self.expecting.with { $0.limits.headTime = .milliseconds(50) }) { connection, _, _ in
            try await connection.write("PROXY TCP4")
            #expect(await connection.readToEnd().readableBytes == 0)
        }
    }

    @Test("a proxy that leaves, or stops, does not wait for it", arguments: [true, false])
    func leaves(_ leaves: Bool) async throws {
        let patient = Self.expecting.with { $0.limits.headTime = .seconds(600) }
        try await withProxyServer([ProxyNode(id: "n1", endpoint: .nobody)], patient) { proxy in
            let connection = try await proxy.listen.connect()
            try await connection.write("PROXY ")
            if leaves { try await proxy.leave(within: .seconds(60)) } else { try await proxy.shutdown() }
            #expect(await connection.readToEnd().readableBytes == 0)
        }
    }

    @Test("affinity goes by its address, whichever connection brings it", arguments: [Behavior.Mode.http, .tcp])
    func affinity(_ mode: Behavior.Mode) async throws {
        let nodes = [try await TestNode.start("n1"), try await TestNode.start("n2"), try await TestNode.start("n3")]
        for rule in [Behavior.Affinity.Rule.hash(of: .address), .table(of: .address, capacity: 100)] {
            let behavior = Self.expecting.with { ($0.mode, $0.affinity.rule) = (mode, rule) }
            try await withProxy(nodes.map(\.proxyNode), behavior) { proxy in
                func node(of host: String, port: Int) async throws -> String {
                    let connection = try await proxy.connect()
                    try await connection.write(client(host, port: port).bytes(.v2))
                    try await connection.request("GET", "/")
                    let name = try await connection.response().body
                    await connection.close()
                    return name
                }
                var used: Set<String> = []
                for number in 1...12 {
                    let first = try await node(of: "192.0.2.\(number)", port: 1_000)
                    used.insert(first)
                    for port in 1_001...1_003 {
                        #expect(try await node(of: "192.0.2.\(number)", port: port) == first)
                    }
                }
                #expect(used == ["n1", "n2", "n3"])
            }
        }
        for node in nodes { await node.kill() }
    }

    @Test("limits of addresses are those of its address")
    func limits() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode], Self.expecting.with { $0.limits.connectionsPerAddress = 1 }) { proxy in
            var statuses: [Int] = []
            var open: [RawConnection] = []
            for host in ["192.0.2.1", "192.0.2.2", "192.0.2.1"] {
                let connection = try await proxy.connect()
                open.append(connection)
                try await connection.write(client(host).bytes(.v1))
                try await connection.request("GET", "/")
                statuses.append(try await connection.response().status)
            }
            #expect(statuses == [200, 200, 503])
            for connection in open { await connection.close() }
        }
        await node.kill()
    }

    @Test("it comes below the layer of the transport", arguments: [Behavior.Mode.http, .tcp])
    func layered(_ mode: Behavior.Mode) async throws {
        let key: UInt8 = 0x5a
        let server = try await RawServer.start()
        let transports = Transports(client: .layered { _ in MaskingLayer(key: key) })
        let nodes = [ProxyNode(id: "n1", endpoint: server.endpoint)]
        try await withProxy(nodes, Self.expecting.with { $0.mode = mode }, over: transports) { proxy in
            let connection = try await proxy.connect()
            var bytes = client("192.0.2.7").bytes(.v2)
            bytes.writeBytes(MaskingLayer.masked(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), key: key))
            try await connection.write(bytes)
            let side = try await server.accept()
            #expect(try await side.read(through: "\r\n\r\n").hasPrefix("GET / HTTP/1.1\r\n"))
            try await side.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            let answer = MaskingLayer.masked(try await connection.readBytes(count: 17), key: key)
            #expect(String(decoding: answer, as: UTF8.self) == "HTTP/1.1 200 OK\r\n")
            await connection.close()
        }
        await server.stop()
    }
}

@Suite("Where connections to nodes begin with a PROXY protocol header", .timeLimit(.minutes(1)))
struct ProxyProtocolToNodesTests {
    /// The header that a connection brings, whose other bytes are still to be read.
    func header(on side: RawConnection, _ version: ProxyProtocolVersion) async throws -> ProxyProtocolHeader? {
        var bytes =
            switch version {
            case .v1: ByteBuffer(string: try await side.read(through: "\r\n"))
            case .v2: ByteBuffer(bytes: try await side.readBlock())
            }
        var parser = ProxyProtocolParser()
        return try parser.read(from: &bytes)
    }

    /// Where a test's connection is, as its header must say.
    func ends(of connection: RawConnection) throws -> ProxyProtocolHeader {
        .client(
            source: try #require(Endpoint(connection.channel.localAddress)),
            destination: try #require(Endpoint(connection.channel.remoteAddress)))
    }

    @Test(
        "each request has a connection of its own, which speaks for its client",
        arguments: ProxyProtocolVersion.allCases)
    func requests(_ version: ProxyProtocolVersion) async throws {
        let behavior = Behavior.unprobed.with { $0.limits.pooledIdle = .seconds(3_600) }
        try await scripted(behavior.withProxyProtocol(toNodes: version)) { client, node, proxy in
            let other = try await proxy.connect()
            for connection in [client, other, client] {
                try await connection.request("GET", "/")
                let side = try await node.accept()
                #expect(try await header(on: side, version) == ends(of: connection))
                #expect(try await side.read(through: "\r\n\r\n").hasPrefix("GET / HTTP/1.1\r\n"))
                try await side.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                #expect(try await connection.response().body == "ok")
                #expect(await side.readToEnd().readableBytes == 0)
            }
            await other.close()
        }
    }

    @Test("a tunnel has one, before the upgrade or before the first byte", arguments: ProxyProtocolVersion.allCases)
    func tunnels(_ version: ProxyProtocolVersion) async throws {
        for mode in [Behavior.Mode.http, .tcp] {
            let behavior = Behavior.unprobed.with { $0.mode = mode }.withProxyProtocol(toNodes: version)
            try await scripted(behavior) { client, node, _ in
                try await client.upgrade("/")
                let side = try await node.accept()
                #expect(try await header(on: side, version) == ends(of: client))
                #expect(try await side.read(through: "\r\n\r\n").hasPrefix("GET / HTTP/1.1\r\n"))
                try await node.switchProtocols(with: "first")
                #expect(try await client.read(through: "first").hasPrefix("HTTP/1.1 101 "))
                try await client.write("second")
                #expect(try await side.read(count: 6) == "second")
            }
        }
    }

    @Test("in mode tcp it comes before the client has sent anything")
    func silent() async throws {
        try await scripted(.tcp.withProxyProtocol(toNodes: .v1)) { client, node, _ in
            let side = try await node.accept()
            #expect(try await header(on: side, .v1) == ends(of: client))
        }
    }

    @Test("it says what the client's own header said", arguments: ProxyProtocolVersion.allCases)
    func passedOn(_ version: ProxyProtocolVersion) async throws {
        let stated = client("2001:db8::7")
        for mode in [Behavior.Mode.http, .tcp] {
            let behavior = Behavior.unprobed.with { $0.mode = mode }
                .withProxyProtocol(fromClients: .required, toNodes: version)
            try await scripted(behavior) { client, node, _ in
                try await client.write(stated.bytes(.v1))
                try await client.request("GET", "/")
                #expect(try await header(on: try await node.accept(), version) == stated)
            }
        }
    }

    @Test(
        "health checks begin with one of the proxy's own",
        arguments: ProxyProtocolVersion.allCases, [Behavior.Health.Probe.Check.answer, .connect])
    func probes(_ version: ProxyProtocolVersion, _ check: Behavior.Health.Probe.Check) async throws {
        let node = try await RawServer.start()
        let behavior = Behavior.reference.with {
            $0.health.probe?.check = check
            $0.health.probe?.timeout = .seconds(600)
        }.withProxyProtocol(toNodes: version)
        try await withProxy([ProxyNode(id: "n1", endpoint: node.endpoint)], behavior) { _ in
            let side = try await node.accept()
            #expect(try await header(on: side, version) == (version == .v1 ? .unknown : .local))
            if check == .answer { #expect(try await side.read(through: "\r\n\r\n").hasPrefix("GET /health ")) }
        }
        await node.stop()
    }

    @Test("it comes below the layer of the transport", arguments: [Behavior.Mode.http, .tcp])
    func layered(_ mode: Behavior.Mode) async throws {
        let key: UInt8 = 0x33
        let server = try await RawServer.start()
        let transports = Transports(node: .layered { _ in MaskingLayer(key: key) })
        let behavior = Behavior.unprobed.with { $0.mode = mode }.withProxyProtocol(toNodes: .v2)
        try await withProxy([ProxyNode(id: "n1", endpoint: server.endpoint)], behavior, over: transports) { proxy in
            let connection = try await proxy.connect()
            try await connection.request("GET", "/")
            let side = try await server.accept()
            #expect(try await header(on: side, .v2) == ends(of: connection))
            let line = MaskingLayer.masked(try await side.readBytes(count: 16), key: key)
            #expect(String(decoding: line, as: UTF8.self) == "GET / HTTP/1.1\r\n")
            await connection.close()
        }
        await server.stop()
    }
}

extension RawConnection {
    /// A header of v2: 16 bytes, and as many as these say.
    fileprivate func readBlock() async throws -> [UInt8] {
        let head = try await readBytes(count: 16)
        return head + (try await readBytes(count: Int(head[14]) << 8 | Int(head[15])))
    }
}
