import Clocks
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing
import Wire

@testable import StickyProxy

extension Behavior {
    /// Bytes alone, without probes.
    static var tcp: Behavior { .unprobed.with { $0.mode = .tcp } }
}

@Suite("In mode tcp a connection has one node", .timeLimit(.minutes(1)))
struct TCPModeTests {
    /// A proxy in front of two nodes that the test plays.
    func withTwoNodes(
        _ behavior: Behavior = .tcp,
        _ body: (_ proxy: ProxyServer, _ one: RawServer, _ two: RawServer) async throws -> Void
    ) async throws {
        let (one, two) = (try await RawServer.start(), try await RawServer.start())
        let nodes = [ProxyNode(id: "n1", endpoint: one.endpoint), ProxyNode(id: "n2", endpoint: two.endpoint)]
        try await withProxyServer(nodes, behavior) { try await body($0, one, two) }
        await one.stop()
        await two.stop()
    }

    @Test("bytes of any kind pass either way, whichever side speaks first")
    func passes() async throws {
        let every = ByteBuffer(bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
        for clientFirst in [true, false] {
            try await scripted(.tcp) { client, node, _ in
                let side = try await node.connection
                let (first, second) = clientFirst ? (client, side) : (side, client)
                try await first.write(every)
                #expect(try await second.readBytes(count: 100_000) == Array(every.readableBytesView))
                try await second.write("GET / HTTP/1.1\r\nUpgrade: no\r\n\r\n")
                #expect(try await first.read(through: "\r\n\r\n") == "GET / HTTP/1.1\r\nUpgrade: no\r\n\r\n")
                await side.close()
            }
        }
    }

    @Test("new connections go to the nodes in turn, all bytes of one to the same")
    func turns() async throws {
        try await withTwoNodes { proxy, one, two in
            for node in [one, two, one, two] {
                let client = try await proxy.listen.connect()
                let side = try await node.accept()
                for text in ["GET /1 HTTP/1.1\r\n\r\n", "GET /2 HTTP/1.1\r\n\r\n"] {
                    try await client.write(text)
                    #expect(try await side.read(through: "\r\n\r\n") == text)
                }
                await client.close()
            }
        }
    }

    @Test("a failed connect leads to the next node, with all that the client has sent, its end too")
    func redispatch() async throws {
        let node = try await RawServer.start()
        let nodes = [ProxyNode(id: "n1", endpoint: .nobody), ProxyNode(id: "n2", endpoint: node.endpoint)]
        try await withProxy(nodes, .tcp) { proxy in
            for _ in 0..<10 {
                let client = try await proxy.connect()
                try await client.write("all of it")
                try await client.closeOutput()
                let side = try await node.accept()
                #expect(String(buffer: await side.readToEnd()) == "all of it")
                try await side.write("and back")
                #expect(try await client.read(count: 8) == "and back")
                await side.close()
                #expect(await client.readToEnd().readableBytes == 0)
            }
        }
        await node.stop()
    }

    @Test("where no node can be reached the connection is closed")
    func noNode() async throws {
        let nodes = [ProxyNode(id: "n1", endpoint: .nobody), ProxyNode(id: "n2", endpoint: .nobody)]
        try await withProxy(nodes, .tcp.with { $0.retry.pause = .milliseconds(10) }) { proxy in
            let client = try await proxy.connect()
            #expect(await client.readToEnd().readableBytes == 0)
        }
    }

    /// A listener whose backlog is full, so that connects to it neither succeed nor fail.
    func withSilentNode(_ body: (Endpoint) async throws -> Void) async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 0)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let endpoint = try #require(Endpoint(listener.localAddress))
        var open: [any Channel] = []
        var isFull = false
        while !isFull {
            let factory = ConnectionFactory(target: endpoint, limit: .milliseconds(50))
            do {
                open.append(try await factory.connect(on: MultiThreadedEventLoopGroup.singleton.next()) { _ in }.get())
            } catch ChannelError.connectTimeout {
                isFull = true
            }
        }
        try await body(endpoint)
        for channel in open { try await channel.close() }
        try await listener.close()
    }

    @Test("what a client sends before there is a node is not read; a node that leaves in vain gives way to the next")
    func holdsBack() async throws {
        let (blocks, size) = (64, 1 << 20)
        let (two, clock) = (try await RawServer.start(), try await RawServer.start())
        try await withSilentNode { silent in
            let behavior = Behavior.tcp.with { $0.limits.connectTimeout = .seconds(600) }
            try await withProxyServer([ProxyNode(id: "n1", endpoint: silent)], behavior) { proxy in
                let client = try await proxy.listen.connect()
                let accepted = NIOLockedValueBox(0)
                for _ in 0..<blocks {
                    let written = client.channel.eventLoop.makePromise(of: Void.self)
                    written.futureResult.whenSuccess { accepted.withLockedValue { $0 += 1 } }
                    client.channel.writeAndFlush(ByteBuffer(repeating: 7, count: size), promise: written)
                }
                // Judged by other traffic that goes on, not by a clock.
                for _ in 0..<100 {
                    let other = try await clock.endpoint.connect()
                    let side = try await clock.accept()
                    try await other.write("x")
                    #expect(try await side.read(count: 1) == "x")
                    await other.close()
                }
                #expect(accepted.withLockedValue { $0 } < blocks / 2)
                try await proxy.add(ProxyNode(id: "n2", endpoint: two.endpoint))
                try await proxy.remove("n1")
                let side = try await two.accept()
                await side.receive(count: blocks * size)
                #expect(side.received == blocks * size)
                await client.close()
            }
        }
        await two.stop()
        await clock.stop()
    }

    @Test("a client that leaves before there is a node is forgotten")
    func clientLeaves() async throws {
        try await withSilentNode { silent in
            let behavior = Behavior.tcp.with { $0.limits.connectTimeout = .seconds(40) }
            try await withProxyServer([ProxyNode(id: "n1", endpoint: silent)], behavior) { proxy in
                let client = try await proxy.listen.connect()
                let options = try #require(client.channel as? any SocketOptionProvider)
                // It resets the connection: the end of its stream alone would leave it to wait for an answer.
                try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
                await client.close()
                let began = MonotonicClock.now
                try await proxy.leave(within: .seconds(30))
                #expect(MonotonicClock.now - began < .seconds(20))
            }
        }
    }

    @Test(
        "the end of one side's stream is passed on behind its last byte; the other side goes on",
        arguments: [true, false])
    func halfClose(_ clientFirst: Bool) async throws {
        try await scripted(.tcp) { client, node, _ in
            let side = try await node.connection
            let (first, second) = clientFirst ? (client, side) : (side, client)
            try await first.write(ByteBuffer(repeating: 9, count: 1 << 20))
            try await first.closeOutput()
            #expect(await second.readToEnd().readableBytes == 1 << 20)
            try await second.write("still here")
            #expect(try await first.read(count: 10) == "still here")
            try await second.closeOutput()
            #expect(await first.readToEnd().readableBytes == 0)
        }
    }

    @Test(
        "a tunnel ends when nothing passes for long enough, and when it has lived long enough",
        arguments: [true, false])
    func limits(_ idle: Bool) async throws {
        let behavior = Behavior.tcp.with {
            if idle { $0.limits.tunnelIdle = .milliseconds(100) } else { $0.limits.tunnelLifetime = .milliseconds(100) }
        }
        try await scripted(behavior) { client, node, _ in
            let side = try await node.connection
            #expect(await client.readToEnd().readableBytes == 0)
            #expect(await side.readToEnd().readableBytes == 0)
        }
    }

    @Test("a proxy that leaves waits for tunnels, then closes them and says nothing, since the bytes may be anything")
    func leaves() async throws {
        try await withTwoNodes { proxy, one, _ in
            let client = try await proxy.listen.connect()
            let side = try await one.accept()
            // What could be a frame of a WebSocket.
            try await side.write(ByteBuffer(bytes: [0x81, 1, 0x61]))
            await client.receive(count: 3)
            try await proxy.leave(within: .zero)
            #expect(await client.readToEnd() == ByteBuffer(bytes: [0x81, 1, 0x61]))
            #expect(await side.readToEnd().readableBytes == 0)
        }
    }

    @Test("a node that leaves takes its tunnels with it; one that drains keeps them")
    func nodeLeaves() async throws {
        try await withTwoNodes { proxy, one, two in
            let client = try await proxy.listen.connect()
            let side = try await one.accept()
            try proxy.drain("n1")
            let other = try await proxy.listen.connect()
            let otherSide = try await two.accept()
            for (from, to) in [(side, client), (otherSide, other)] {
                try await from.write("here")
                #expect(try await to.read(count: 4) == "here")
            }
            #expect(try await proxy.nodes().map(\.load.tunnels) == [1, 1])
            try await proxy.remove("n1")
            #expect(await client.readToEnd().readableBytes == 0)
            #expect(await side.readToEnd().readableBytes == 0)
            try await otherSide.write("here")
            #expect(try await other.read(count: 4) == "here")
            await other.close()
        }
    }

    @Test("a node that accepts and answers nothing goes down, however many connect to it, and its tunnels end")
    func hung() async throws {
        let node = try await RawServer.start()
        let behavior = Behavior.tcp.with {
            var probe = Behavior.Health.Probe()
            (probe.interval, probe.timeout, probe.fall) = (.milliseconds(20), .milliseconds(100), 2)
            $0.health.probe = probe
            $0.distribution.lastResort = nil
        }
        try await withProxyServer([ProxyNode(id: "n1", endpoint: node.endpoint)], behavior) { proxy in
            let client = try await proxy.listen.connect()
            while try await proxy.nodes().contains(where: \.isUp) {
                let other = try await proxy.listen.connect()
                try await other.write("x")
                await other.close()
            }
            #expect(await client.readToEnd().readableBytes == 0)
        }
        await node.stop()
    }

    @Test("a node, and an address, may have so many connections; further ones are closed", arguments: [true, false])
    func places(_ ofNode: Bool) async throws {
        let behavior = Behavior.tcp.with {
            if ofNode { $0.limits.tunnelsPerNode = 1 } else { $0.limits.connectionsPerAddress = 1 }
        }
        try await scripted(behavior) { client, node, proxy in
            let side = try await node.connection
            let refused = try await proxy.connect()
            #expect(await refused.readToEnd().readableBytes == 0)
            try await client.write("x")
            #expect(try await side.read(count: 1) == "x")
            await client.close()
            _ = await side.readToEnd()
            await side.close()
            let greeter = Task {
                while true { try await node.accept().write("z") }
            }
            // The place is free once the proxy has seen both ends.
            var isTaken = true
            while isTaken {
                let next = try await proxy.connect()
                isTaken = String(buffer: await next.first()) != "z"
                await next.close()
            }
            greeter.cancel()
        }
    }

    @Test("a stopped proxy ends tunnels, and what waits for a node")
    func stops() async throws {
        try await withSilentNode { silent in
            let node = try await RawServer.start()
            let nodes = [ProxyNode(id: "n1", endpoint: node.endpoint), ProxyNode(id: "n2", endpoint: silent)]
            try await withProxyServer(nodes, .tcp) { proxy in
                let first = try await proxy.listen.connect()
                try await node.accept().write("x")
                #expect(try await first.read(count: 1) == "x")
                let second = try await proxy.listen.connect()
                try await proxy.shutdown()
                #expect(await first.readToEnd().readableBytes == 0)
                #expect(await second.readToEnd().readableBytes == 0)
            }
            await node.stop()
        }
    }
}

extension RawConnection {
    /// The first byte, or nothing where the stream ends before it.
    fileprivate func first() async -> ByteBuffer {
        await receive(count: 1)
        do {
            return ByteBuffer(bytes: try await readBytes(count: 1))
        } catch {
            return ByteBuffer()
        }
    }
}
