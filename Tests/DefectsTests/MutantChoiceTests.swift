import StickyProxy
import Testing

@testable import Defects

struct MutantChoiceTests {
    @Test(
        arguments: [
            ("node-frame-dropped", nil), ("node-frame-dropped:1/1", 1), ("node-frame-dropped:1/100000", 100_000),
            ("affinity-table-too-small:1/1000", 1_000), ("no-cookie-on-101:1/18446744073709551615", .max),
        ] as [(String, UInt64?)])
    func `a name stands alone or before a rate`(_ text: String, _ units: UInt64?) throws {
        let choice = try MutantChoice(text)
        #expect(choice.mutant.name == String(text.prefix { $0 != ":" }))
        #expect(choice.rate?.units == units)
        #expect(choice.description == text)
    }

    @Test(arguments: ["none", "", ":1/2", "none:1/2", "node-frame-dropped ", "Node-frame-dropped"])
    func `a name of nobody's is refused as such`(_ text: String) {
        let name = String(text.prefix { $0 != ":" })
        #expect(throws: MutantChoiceError.unknown(name)) { try MutantChoice(text) }
    }

    @Test(arguments: [
        "2", "1/0", "0/5", "2/5", "1/-5", "1/+5", "1/", "1", "", "1/5x", "1/ 5", "01/5", "1/1.5", "0.001", "1/5:1/5",
        "1/18446744073709551616", "1/٣",
    ])
    func `a rate is one in a whole number`(_ rate: String) {
        let text = "node-frame-dropped:\(rate)"
        let error = #expect(throws: MutantChoiceError.malformedRate(text)) { try MutantChoice(text) }
        #expect(error.map { "\($0)".contains(text) && "\($0)".contains("node-frame-dropped:1/1000") } == true)
    }

    @Test func `a mutant without units takes no rate, and the refusal names those that take one`() throws {
        let (able, unable) = (Mutant.all.filter { $0.rated != nil }, Mutant.all.filter { $0.rated == nil })
        #expect(!unable.isEmpty)
        for mutant in unable {
            let error = #expect(throws: MutantChoiceError.self) { try MutantChoice("\(mutant.name):1/5") }
            #expect(error == .withoutUnit(mutant.name))
            let words = try #require(error).description.split { " ,;".contains($0) }.map(String.init)
            #expect(Set(able.map(\.name)).isSubset(of: words))
            #expect(Set(words).intersection(unable.map(\.name)) == [mutant.name])
        }
    }

    /// Knobs that hold for more than a request, and what they break.
    private static let whole = [
        "unknown-cookie-refused", "addresses-learned-late", "routed-per-connection", "spare-node-unused",
        "idle-cut-early", "preflight-cached", "not-found-cached", "tunnels-expire", "quiet-tunnels-cut", "rehomes-late",
        "checks-connect-only", "tunnels-limited", "dead-node-kept", "topology-change-cuts-all",
        "no-active-health-check", "never-readmits", "lends-sessions", "refused-upgrade-ejects-node",
        "aborted-upgrade-ejects-node", "upgrade-breaker", "large-requests-refused", "large-answers-refused",
        "address-limited", "websocket-listener-apart", "instances-with-own-tables", "affinity-by-address",
        "session-urls-unknown", "affinity-table-of-150",
        "tunnels-idle-50s", "requests-idle-40s", "client-side-idle-50s", "node-side-idle-50s",
        "first-byte-20s", "tunnels-expire-late", "both-lengths-passed", "closing-node-healthy", "least-connections",
        "return-cuts-all", "first-cookie-only", "addresses-believed", "connections-limited", "moved-once",
        "slow-requests-repeated", "any-status-healthy", "unreached-as-before",
    ]

    @Test(arguments: Mutant.all.map(\.name))
    func `a unit is what the damage can be done to one of`(_ name: String) throws {
        let mutant = try #require(Mutant.named(name))
        let unit = mutant.rated?.unit
        switch name {
        case "affinity-table-too-small": #expect(unit == .session)
        case "close-frame-swallowed": #expect(unit == .closeFrame)
        case "non-ascii-bodies-mangled": #expect(unit == .body)
        case _
        where Self.whole.contains(name)
            || (Mutant.ofChanges + Mutant.ofScaling).contains(where: { $0.name == name }):
            #expect(unit == nil)
        default:
            let ofBytes = mutant.defects.contains { $0 is RewrittenBodies }
            let ofFrames = mutant.defects.contains { $0 is any FrameDefect || $0 is FlippedBit }
            #expect(unit == (ofBytes ? .body : ofFrames ? .message : .request))
        }
    }

    @Test func `without a rate a proxy does all that the mutant breaks, and nothing is counted`() throws {
        for mutant in Mutant.all {
            let damage = try MutantChoice(mutant.name).damage(seed: 1)
            #expect(damage.behavior == mutant.behavior)
            #expect(damage.defects.count == mutant.defects.count)
            #expect(damage.lottery == nil)
        }
    }

    @Test func `with a rate the proxy is the reference but for what is drawn, and each proxy counts anew`() throws {
        let choice = try MutantChoice("cors-overwritten:1/1")
        let damage = choice.damage(seed: 1)
        #expect(damage.behavior == .reference)
        #expect(damage.defects.count == 1)
        let lottery = try #require(damage.lottery)
        _ = lottery.damages()
        #expect(lottery.tally == DamageTally(units: 1, damaged: 1))
        #expect(choice.damage(seed: 1).lottery?.tally == DamageTally(units: 0, damaged: 0))
    }
}
