import Clocks
import Testing
import Wire

@testable import StickyProxy

@Suite("Each rule of affinity")
struct AffinityRuleTests {
    static let start = MonotonicClock.now

    /// Three nodes, checked so that one failed probe takes a node down and one brings it back.
    struct Bench {
        var machine: BalancerMachine

        init(_ rule: Behavior.Affinity.Rule, weights: [Int] = [1, 1, 1], _ change: (inout Behavior) -> Void = { _ in })
        {
            let nodes = weights.enumerated().map { index, weight in
                ProxyNode(id: "n\(index + 1)", endpoint: Endpoint(host: "127.0.0.1", port: 1), weight: weight)
            }
            machine = BalancerMachine(
                nodes: nodes,
                behavior: .reference.with {
                    $0.health.probe?.fall = 1
                    $0.health.probe?.rise = 1
                    $0.affinity.rule = rule
                    change(&$0)
                })
        }

        /// Where a request that shows this key goes, and what the answer sets.
        mutating func ask(
            _ key: String? = nil, others: [Substring] = [], session: Substring? = nil
        ) -> (node: NodeID?, cookie: String?, isRefused: Bool) {
            let query = BalancerMachine.Query(key: key.map { $0[...] }, otherKeys: others, session: session)
            switch machine.route(query, at: AffinityRuleTests.start, random: .random(in: .min ... .max)) {
            case .node(let node, let cookie): return (node, cookie, false)
            case .refused: return (nil, nil, true)
            case .lastResort, .noNode: return (nil, nil, false)
            }
        }

        mutating func down(_ node: NodeID) { _ = machine.probed(node, healthy: false) }
        mutating func up(_ node: NodeID) { _ = machine.probed(node, healthy: true) }
    }

    /// A cookie that names nodes as they are called.
    static let plain: Behavior.Affinity.Cookie = {
        var cookie = Behavior.Affinity.Cookie()
        cookie.format = .nodeName
        return cookie
    }()

    // MARK: Cookies

    @Test("of several cookies the first one counts that is somebody's, unless the first counts whosever it is")
    func severalCookies() {
        for _ in 0..<3 {
            var bench = Bench(.cookie(Self.plain))
            #expect(bench.ask("old", others: ["n9", "n3", "n2"]) == (2, nil, false))
            #expect(bench.ask("n2", others: ["n3"]) == (1, nil, false))
            #expect(bench.ask("old", others: ["older"]).cookie != nil)
            bench = Bench(.cookie(Self.plain)) { $0.affinity.severalKeys = .first }
            #expect(bench.ask("old", others: ["n3"]) == (0, "n1", false))
            bench = Bench(.cookie(Self.plain)) { $0.affinity.unknownKey = .refused }
            #expect(bench.ask("old", others: ["n3"]) == (2, nil, false))
            #expect(bench.ask("old", others: ["older"]).isRefused)
        }
    }

    @Test("a table finds its client by any of the cookies")
    func severalKeysOfTable() throws {
        var bench = Bench(.table(of: .cookie(.init()), capacity: 10))
        let first = bench.ask()
        let own = try #require(first.cookie)
        for _ in 0..<3 { #expect(bench.ask("0123456789abcdef", others: [own[...]]) == (first.node, nil, false)) }
    }

    @Test("an address in a cookie leads to the node that has it, and a stranger's nowhere unless it is believed")
    func addresses() {
        var cookie = Self.plain
        cookie.format = .nodeAddress
        var bench = Bench(.cookie(cookie))
        // All three of the bench have one address, and the last of them counts.
        #expect(bench.ask("127.0.0.1:1") == (2, nil, false))
        #expect(bench.ask("127.0.0.9:1").cookie == "127.0.0.1:1")
        bench = Bench(.cookie(cookie)) { $0.affinity.unknownKey = .believed }
        #expect(bench.ask("127.0.0.9:1") == (3, nil, false))
        #expect(bench.ask("127.0.0.9:1") == (3, nil, false))
        #expect(bench.ask("no address").node == 0)
        #expect((0..<6).map { _ in bench.ask().node } == [1, 2, 0, 1, 2, 0])
    }

    @Test("a client that was moved is moved again, unless it is moved only once")
    func secondMove() throws {
        for isAllowed in [true, false] {
            var bench = Bench(.cookie(.init())) { $0.affinity.secondMove = isAllowed ? .allowed : .refused }
            let cookie = try #require(bench.ask().cookie)
            bench.down(0)
            let moved = bench.ask(cookie)
            #expect(moved.node == 1)
            bench.up(0)
            bench.down(1)
            #expect(bench.ask(moved.cookie).isRefused == !isAllowed)
            bench.up(1)
            if !isAllowed { #expect(bench.ask(moved.cookie).node == 1) }
        }
    }

    @Test("a cookie may be the node's name; one of a name that nobody has is replaced")
    func nodeName() {
        var bench = Bench(.cookie(Self.plain))
        #expect(bench.ask("n2") == (1, nil, false))
        let stranger = bench.ask("n9")
        #expect(stranger.cookie == "n\((stranger.node?.number ?? 9) + 1)")
        bench.down(1)
        let moved = bench.ask("n2")
        #expect(moved.node != 1 && moved.cookie != nil)
        bench.up(1)
        #expect(bench.ask(moved.cookie) == (moved.node, nil, false))
    }

    @Test("a cookie may be the node's opaque name alone, which says nothing of the client")
    func opaqueName() throws {
        var cookie = Behavior.Affinity.Cookie()
        cookie.format = .node
        var bench = Bench(.cookie(cookie))
        let clients = (0..<6).map { _ in bench.ask() }
        #expect(Set(clients.map(\.cookie)).count == 3)
        for client in clients { #expect(bench.ask(client.cookie) == (client.node, nil, false)) }
    }

    @Test("a cookie that is refreshed comes with every answer")
    func refreshed() {
        for rule in [Behavior.Affinity.Rule.cookie(.refreshed), .table(of: .cookie(.refreshed), capacity: 9)] {
            var bench = Bench(rule)
            let first = bench.ask()
            for _ in 0..<3 { #expect(bench.ask(first.cookie) == (first.node, first.cookie, false)) }
        }
    }

    // MARK: Hashes

    static let hashes = [Behavior.Affinity.Hash.rendezvous, .ring(places: 100)]

    @Test(
        "a hash of a cookie gives each new client a key, which leads to one node and isn't set again", arguments: hashes
    )
    func hashOfCookie(_ hash: Behavior.Affinity.Hash) {
        var bench = Bench(.hash(of: .cookie(.init()), hash))
        for _ in 0..<30 {
            let first = bench.ask()
            #expect(first.node != nil && first.cookie != nil)
            for _ in 0..<3 { #expect(bench.ask(first.cookie) == (first.node, nil, false)) }
        }
    }

    @Test("a hash moves the keys of a dead node alone, and takes them back", arguments: hashes)
    func hashOfDead(_ hash: Behavior.Affinity.Hash) {
        var bench = Bench(.hash(of: .cookieNamed("id"), hash))
        let keys = (0..<300).map { "key-\($0)" }
        let before = keys.map { bench.ask($0).node }
        bench.down(1)
        let without = keys.map { bench.ask($0).node }
        for (old, new) in zip(before, without) { #expect(old == 1 ? new != 1 && new != nil : new == old) }
        bench.up(1)
        #expect(keys.map { bench.ask($0).node } == before)
    }

    @Test("a hash moves few keys when a node comes: to the new one only, and its share of them", arguments: hashes)
    func hashOfNew(_ hash: Behavior.Affinity.Hash) throws {
        var bench = Bench(.hash(of: .header("x-user"), hash))
        let keys = (0..<400).map { "key-\($0)" }
        let before = keys.map { bench.ask($0).node }
        let new = try bench.machine.add(ProxyNode(id: "n4", endpoint: Endpoint(host: "127.0.0.1", port: 1)))
        bench.up(new)
        let after = keys.map { bench.ask($0).node }
        let moved = zip(before, after).filter { $0.0 != $0.1 }
        #expect(moved.allSatisfy { $0.1 == new })
        #expect((50...150).contains(moved.count), "\(moved.count) of 400")
    }

    @Test("a hash gives nodes keys by their weights", arguments: hashes)
    func hashWeights(_ hash: Behavior.Affinity.Hash) {
        var bench = Bench(.hash(of: .session, hash), weights: [1, 3])
        let nodes = (0..<1_000).map { bench.ask("key-\($0)").node }
        let share = nodes.filter { $0 == 1 }.count
        #expect((650...850).contains(share), "\(share) of 1000 for a weight of three quarters")
    }

    @Test("new clients of a hashed cookie don't go to a node that drains, and its own stay")
    func hashWhileDraining() throws {
        var bench = Bench(.hash(of: .cookie(.init())))
        let clients = (0..<20).map { _ in bench.ask() }
        try bench.machine.drain("n1")
        for client in clients { #expect(bench.ask(client.cookie).node == client.node) }
        for _ in 0..<20 { #expect(bench.ask().node != 0) }
    }

    @Test("without a key a hash leaves the choice to the distribution")
    func hashWithoutKey() {
        var bench = Bench(.hash(of: .header("x-user")))
        #expect((0..<4).map { _ in bench.ask().node } == [0, 1, 2, 0])
    }

    // MARK: Learned cookies, headers, nothing

    @Test("an application's cookie leads to the node that set it, wherever its client came first")
    func learned() {
        var bench = Bench(.learned(cookie: "JSESSIONID", capacity: 2))
        bench.machine.engine.learned("a", from: 2)
        for _ in 0..<3 { #expect(bench.ask("a") == (2, nil, false)) }
        #expect((0..<3).map { _ in bench.ask("unknown").node } == [0, 1, 2])
        bench.down(2)
        let moved = bench.ask("a").node
        #expect(moved != 2)
        bench.up(2)
        for _ in 0..<3 { #expect(bench.ask("a").node == moved) }
        for value in ["b", "c"] { bench.machine.engine.learned(value[...], from: 2) }
        #expect(Set((0..<3).map { _ in bench.ask("a").node }).count == 3, "the table has two places")
    }

    @Test("a header field names the node; the name of nobody is refused by the knob")
    func header() {
        var bench = Bench(.header("fly-force-instance-id"))
        for _ in 0..<3 { #expect(bench.ask("n3") == (2, nil, false)) }
        #expect((0..<3).map { _ in bench.ask("n9").node } == [0, 1, 2])
        bench = Bench(.header("fly-force-instance-id")) { $0.affinity.unknownKey = .refused }
        #expect(bench.ask("n9").isRefused)
        #expect(!bench.ask().isRefused)
    }

    @Test("without a rule no session is kept, though its URL is known")
    func none() {
        var bench = Bench(.none)
        #expect((0..<4).map { _ in bench.ask("x", session: "s").node } == [0, 1, 2, 0])
    }

    // MARK: Distribution

    @Test("new clients go round in the proportion of the weights, and not in bursts")
    func weightedTurns() {
        var bench = Bench(.none, weights: [5, 1, 1])
        #expect((0..<7).map { _ in bench.ask().node } == [0, 0, 1, 0, 2, 0, 0])
    }

    @Test("drawn at random, each node gets what its weight says")
    func random() {
        var bench = Bench(.none, weights: [1, 2, 1]) { $0.distribution.order = .random }
        var counts = [0, 0, 0]
        for _ in 0..<2_000 { counts[bench.ask().node?.number ?? 0] += 1 }
        #expect((850...1_150).contains(counts[1]), "\(counts)")
        #expect(counts.allSatisfy { $0 > 350 }, "\(counts)")
    }

    @Test("the node with the fewest connections for its weight is next, and equal ones have turns")
    func leastConnections() {
        var machine = Bench(.none, weights: [1, 2, 1]) { $0.distribution.order = .leastConnections }.machine
        func next(_ loads: [Int]) -> NodeID? {
            var query = BalancerMachine.Query()
            for (index, load) in loads.enumerated() { query.loads[NodeID(index)] = load }
            return machine.route(query, at: Self.start, random: 1).node
        }
        #expect(next([3, 5, 1]) == 2)
        #expect(next([3, 5, 3]) == 1)
        #expect(next([1, 3, 1]) == 2)
        #expect(next([1, 3, 1]) == 0)
        #expect(next([1, 3, 1]) == 2)
    }
}

extension Behavior.Affinity.Cookie {
    fileprivate static var refreshed: Self {
        var cookie = Self()
        cookie.isRefreshed = true
        return cookie
    }
}
