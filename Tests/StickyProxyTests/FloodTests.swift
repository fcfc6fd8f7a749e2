import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing
import Wire

@testable import StickyProxy

@Suite("One connection that floods doesn't stall the others", .timeLimit(.minutes(1)))
struct FloodTests {
    @Test("a budget is spent part by part, and has at least one")
    func budget() {
        for (parts, taken) in [(2, [true, true, false, false]), (0, [true, false, false, false])] {
            var budget = WorkBudget(parts: parts)
            for _ in 0..<2 {
                let answers = (0..<4).map { _ in budget.take() }
                #expect(answers == taken)
                budget.refill()
            }
        }
    }

    /// Floods that the proxy answers without a node: 4 000 requests, or one with as many pieces and another behind it.
    static let floods = [
        String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 4_000),
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(repeating: "1\r\nx\r\n", count: 4_000)
            + "0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ]

    @Test("of what came at once only a budget's worth is handled in a turn of the loop", arguments: floods.indices)
    func turns(_ flood: Int) throws {
        let loop = EmbeddedEventLoop()
        let behavior = Behavior.unprobed.with {
            $0.distribution.lastResort = nil
            // A cookie of nobody's is refused without a node.
            $0.affinity.unknownKey = .refused
            $0.limits.partsPerTurn = 10
        }
        let core = ProxyCore(
            ProxyConfiguration(
                listen: .nobody, nodes: [ProxyNode(id: "n1", endpoint: .nobody)], behavior: behavior, group: loop))
        let worker = ProxyWorker(core: core, loop: loop)
        core.add(NIOLoopBound(worker, eventLoop: loop), of: loop)
        let channel = EmbeddedChannel(loop: loop)
        try channel.pipeline.syncOperations.addHandler(
            ClientHandler(worker: worker, addresses: ClientAddresses(of: channel)))
        let refused = Self.floods[flood].replacing("Host: a", with: "Host: a\r\nCookie: sticklersrv=x")
        try channel.writeInbound(ByteBuffer(string: refused))
        loop.run()
        let expected = flood == 0 ? 4_000 : 2
        var (turns, answers) = (0, 0)
        while turns < 10_000 {
            while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
                answers += String(buffer: bytes).ranges(of: "HTTP/1.1 503").count
            }
            if answers == expected { break }
            turns += 1
            loop.advanceTime(by: .microseconds(50))
        }
        #expect(answers == expected)
        #expect(turns >= 400)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}
