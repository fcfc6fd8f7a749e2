import NIOCore
import NIOHTTP1
import Testing
import Wire

@testable import Defects
@testable import StickyProxy

/// Mutants at a rate, through a proxy that runs. One at a time: tests beside them have limits of a second.
@Suite(.serialized, .timeLimit(.minutes(1))) struct RatedMutantTests {
    /// What becomes of messages of which a lottery draws some, by what the mutant says of itself.
    struct Fate: Sendable {
        var mutant: String
        var received: @Sendable (_ sent: [Int], _ isDrawn: () -> Bool) -> [String]
    }

    private static func text(_ number: Int) -> String { "a[\"#\(number) x\"]" }
    private static func altered(_ number: Int) -> String { "a[\"#\(number) X\"]" }

    static let fates = [
        Fate(mutant: "node-frame-dropped") { sent, isDrawn in sent.filter { _ in !isDrawn() }.map(text) },
        Fate(mutant: "sockjs-frame-replayed") { sent, isDrawn in
            sent.flatMap { Array(repeating: text($0), count: isDrawn() ? 2 : 1) }
        },
        Fate(mutant: "node-frames-swapped") { sent, isDrawn in
            var (received, held): ([Int], Int?) = ([], nil)
            for number in sent {
                let isDrawn = isDrawn()
                if let overtaken = held {
                    received += [number, overtaken]
                    held = nil
                } else if isDrawn {
                    held = number
                } else {
                    received.append(number)
                }
            }
            return (received + (held.map { [$0] } ?? [])).map(text)
        },
        Fate(mutant: "corrupts-large-frames") { sent, isDrawn in sent.map { isDrawn() ? altered($0) : text($0) } },
    ]

    private func tunnel(_ client: RawConnection, _ node: ScriptedNode) async throws {
        try await client.upgrade("/sockjs/0/s/websocket")
        _ = try await node.request()
        try await node.switchProtocols()
        _ = try await client.head()
    }

    private static func damage(_ text: String) throws -> (defects: [any Defect], lottery: DamageLottery) {
        let damage = try MutantChoice(text).damage(seed: 8)
        #expect(damage.behavior == .reference)
        return (damage.defects, try #require(damage.lottery))
    }

    /// Another one that draws the same.
    private static func oracle(_ lottery: DamageLottery) -> DamageLottery { DamageLottery(lottery.rate, seed: 8) }

    @Test(arguments: fates.indices, [(1, 29), (1, 1_500), (50, 29), (50, 1_500)])
    func `messages of a node are damaged as drawn, in pieces that split and join frames`(
        _ fate: Int, _ way: (units: Int, pieces: Int)
    ) async throws {
        let (units, pieces) = way
        let fate = Self.fates[fate]
        let (defects, lottery) = try Self.damage("\(fate.mutant):1/\(units)")
        let oracle = Self.oracle(lottery)
        try await scripted(defects: defects) { client, node, _ in
            try await tunnel(client, node)
            let numbers = Array(1...150)
            let sent = (["o"] + numbers.map(Self.text) + ["h"]).flatMap { MutantEffectTests.frame(1, $0) }
            let expected = (["o"] + fate.received(numbers, oracle.draws) + ["h"])
                .flatMap { MutantEffectTests.frame(1, $0) }
            for start in stride(from: 0, to: sent.count, by: pieces) {
                try await node.write(Array(sent[start..<min(start + pieces, sent.count)]))
            }
            #expect(try await client.readBytes(count: expected.count) == expected)
            #expect(lottery.tally.units == 150)
            let pairs = fate.mutant == "node-frames-swapped" && units == 1
            #expect(lottery.tally.damaged == (pairs ? 75 : units == 1 ? 150 : UInt64(Self.drawn(oracle, of: 150))))
        }
    }

    /// How many of the first units are drawn.
    private static func drawn(_ lottery: DamageLottery, of count: Int) -> Int {
        let lottery = oracle(lottery)
        return (0..<count).count { _ in lottery.draws() }
    }

    @Test(arguments: [1, 20])
    func `masked messages of clients are damaged as drawn, over all tunnels`(_ units: Int) async throws {
        let (defects, lottery) = try Self.damage("client-frame-replayed:1/\(units)")
        let oracle = Self.oracle(lottery)
        try await scripted(defects: defects) { first, node, proxy in
            for _ in 1...5 {
                let client = try await proxy.connect()
                try await client.upgrade("/websocket")
                let connection = try await node.accept()
                _ = try await node.request()
                try await node.switchProtocols()
                _ = try await client.head()
                let frames = (1...20).map { DDPMutantEffectTests.masked("#\($0)") }
                let expected = frames.flatMap { Array(repeating: $0, count: oracle.damages() ? 2 : 1).flatMap { $0 } }
                try await client.write(ByteBuffer(bytes: frames.flatMap { $0 }))
                #expect(try await connection.readBytes(count: expected.count) == expected)
                await client.close()
            }
            #expect(lottery.tally == oracle.tally)
            #expect(lottery.tally.units == 100 && lottery.tally.damaged >= 2)
            await first.close()
        }
    }

    @Test(arguments: [1, 50])
    func `one polling session in so many goes to a wrong node after its first answer`(_ units: Int) async throws {
        let (defects, lottery) = try Self.damage("affinity-table-too-small:1/\(units)")
        let oracle = Self.oracle(lottery)
        var nodes: [TestNode] = []
        for id in ["n1", "n2", "n3"] { nodes.append(try await TestNode.start(id)) }
        try await withProxy(nodes.map(\.proxyNode), defects: defects) { proxy in
            for number in 1...24 {
                let path = "/app/echo/0/s\(number)"
                let opened = try await proxy.fetch("\(path)/xhr", method: "POST")
                let cookie = try #require(opened.affinityCookie)
                let later = [
                    try await proxy.fetch("\(path)/xhr_send", method: "POST", cookie: cookie, body: "[]"),
                    try await proxy.fetch("\(path)/xhr", method: "POST", cookie: cookie),
                ]
                let isLeaked = oracle.damages()
                #expect(Set(later.map(\.body)).count == 1)
                #expect(later.allSatisfy { ($0.body != opened.body) == isLeaked && $0.affinityCookie == nil })
                #expect(try await proxy.fetch("/app/echo/info", cookie: cookie).body == opened.body)
            }
        }
        #expect(lottery.tally == oracle.tally)
        #expect(lottery.tally.units == 24 && lottery.tally.damaged >= 1)
        for node in nodes { await node.kill() }
    }

    @Test(arguments: [1, 4])
    func `drawn requests meet the broken behavior, others the reference`(_ units: Int) async throws {
        let (defects, lottery) = try Self.damage("error-pages-replaced:1/\(units)")
        let oracle = Self.oracle(lottery)
        let node = try await TestNode.start("n1", status: 404)
        try await withProxy([node.proxyNode], defects: defects) { proxy in
            for _ in 1...20 {
                let answer = try await proxy.fetch("/")
                #expect((answer.body != "n1") == oracle.damages())
            }
        }
        #expect(lottery.tally == oracle.tally)
        await node.kill()
    }

    @Test(arguments: [1, 4])
    func `drawn requests go to the node damaged, and those that can't be are not counted so`(_ units: Int) async throws
    {
        let (defects, lottery) = try Self.damage("jsonp-query-dropped:1/\(units)")
        let oracle = Self.oracle(lottery)
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode], defects: defects) { proxy in
            for _ in 1...10 {
                for path in ["/a/0/s/jsonp", "/"] {
                    _ = try await proxy.fetch("\(path)?c=1")
                    let isDamaged = oracle.draws() && path != "/"
                    #expect(node.records.last?.head.uri == (isDamaged ? path : "\(path)?c=1"))
                    if isDamaged { oracle.damaged() }
                }
            }
        }
        #expect(lottery.tally == oracle.tally)
        #expect(lottery.tally.units == 20)
        await node.kill()
    }

    @Test(arguments: [1, 4])
    func `drawn bodies are damaged`(_ units: Int) async throws {
        let (defects, lottery) = try Self.damage("non-ascii-bodies-mangled:1/\(units)")
        let oracle = Self.oracle(lottery)
        let node = try await TestNode.start("é")
        try await withProxy([node.proxyNode], defects: defects) { proxy in
            for _ in 1...20 {
                let answer = try await proxy.fetch("/")
                #expect((answer.body == "??") == oracle.damages())
            }
        }
        #expect(lottery.tally == oracle.tally)
        await node.kill()
    }

    @Test(arguments: [1, 2])
    func `drawn close frames end both connections and don't arrive`(_ units: Int) async throws {
        let (defects, lottery) = try Self.damage("close-frame-swallowed:1/\(units)")
        let oracle = Self.oracle(lottery)
        for _ in 1...6 {
            try await scripted(defects: defects) { client, node, _ in
                try await tunnel(client, node)
                let close = MutantEffectTests.frame(8, "")
                try await node.write(close)
                if oracle.damages() {
                    #expect(await client.readToEnd().readableBytes == 0)
                } else {
                    #expect(try await client.readBytes(count: close.count) == close)
                }
            }
        }
        #expect(lottery.tally == oracle.tally)
    }

    @Test func `node-frames-swapped delivers the nineteenth message of each tunnel behind the twentieth`() async throws
    {
        let mutant = try #require(Mutant.named("node-frames-swapped"))
        try await scripted(defects: mutant.defects) { client, node, _ in
            try await tunnel(client, node)
            let texts = ["o"] + (1...25).map(Self.text)
            try await node.write(texts.flatMap { MutantEffectTests.frame(1, $0) })
            let expected = (texts[...18] + [texts[20], texts[19]] + texts[21...]).flatMap {
                MutantEffectTests.frame(1, $0)
            }
            #expect(try await client.readBytes(count: expected.count) == expected)
        }
    }
}
