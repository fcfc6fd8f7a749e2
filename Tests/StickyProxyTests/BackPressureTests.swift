import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import Testing
import Wire

@testable import StickyProxy

@Suite("A slow reader slows the sender down", .serialized, .timeLimit(.minutes(1)))
struct BackPressureTests {
    static let mebibyte = 1 << 20

    @Test(
        "while the client doesn't read, the proxy takes little from the node; then all of it arrives",
        arguments: [false, true])
    func towardsClient(_ inTunnel: Bool) async throws {
        let blocks = 64
        try await scripted { client, node, proxy in
            if inTunnel { try await client.upgrade("/") } else { try await client.request("GET", "/") }
            _ = try await node.request()
            let sender = try await node.connection
            if inTunnel {
                try await node.switchProtocols()
            } else {
                try await node.write("HTTP/1.1 200 OK\r\nContent-Length: \(blocks * Self.mebibyte)\r\n\r\n")
            }
            _ = try await client.head()
            try await expectStall(of: sender, towards: client, blocks: blocks, proxy: proxy)
        }
    }

    @Test("while the node doesn't read, the proxy takes little from the client", arguments: [false, true])
    func towardsNode(_ inTunnel: Bool) async throws {
        let blocks = 64
        try await scripted { client, node, proxy in
            if inTunnel {
                try await client.upgrade("/")
            } else {
                try await client.write(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(blocks * Self.mebibyte)\r\n\r\n")
            }
            _ = try await node.request()
            if inTunnel {
                try await node.switchProtocols()
                _ = try await client.head()
            }
            try await expectStall(of: client, towards: node.connection, blocks: blocks, proxy: proxy)
        }
    }

    /// Writes until nothing moves any more, judged by other traffic that goes on, not by a clock.
    func expectStall(of sender: RawConnection, towards reader: RawConnection, blocks: Int, proxy: Endpoint) async throws
    {
        try await reader.channel.setOption(.autoRead, value: false).get()
        let accepted = NIOLockedValueBox(0)
        let block = ByteBuffer(repeating: 7, count: Self.mebibyte)
        for _ in 0..<blocks {
            let written = sender.channel.eventLoop.makePromise(of: Void.self)
            written.futureResult.whenSuccess { accepted.withLockedValue { $0 += 1 } }
            sender.channel.writeAndFlush(block, promise: written)
        }
        var (last, quiet) = (-1, 0)
        while quiet < 30 {
            let other = try await proxy.connect()
            try await other.write("broken\r\n\r\n")
            #expect(try await other.response().status == 400)
            await other.close()
            let now = accepted.withLockedValue { $0 }
            quiet = now == last ? quiet + 1 : 0
            last = now
        }
        #expect(last < blocks / 2)
        try await reader.channel.setOption(.autoRead, value: true).get()
        await reader.receive(count: blocks * Self.mebibyte)
        #expect(reader.received == blocks * Self.mebibyte)
    }

    @Test func `no read goes on while the owner has enough, and one when it wants more`() {
        var hold = ReadHold()
        let first = hold.ask()
        let whileEnough = [hold.wants(false), hold.ask(), hold.ask()]
        let whenMore = [hold.wants(true), hold.wants(true), hold.ask()]
        #expect(first)
        #expect(whileEnough == [false, false, false])
        #expect(whenMore == [true, false, true])
    }
}
