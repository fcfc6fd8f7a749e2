import NIOHTTP1
import StickyProxy
import Testing

@testable import Defects

@Suite("Mutants")
struct MutantTests {
    @Test("names are unique, and no two break the same case in the same way")
    func unique() {
        #expect(Set(Mutant.all.map(\.name)).count == Mutant.all.count)
        #expect(Set(Mutant.all.map { [$0.breaks, $0.finding] }).count == Mutant.all.count)
    }

    @Test("each differs from the reference", arguments: Mutant.all.map(\.name))
    func differs(_ name: String) throws {
        let mutant = try #require(Mutant.named(name))
        #expect(mutant.behavior != .reference || !mutant.defects.isEmpty || mutant.webSockets != nil)
        #expect(mutant.behavior == .reference || mutant.defects.isEmpty)
    }

    @Test("those that look into frames take the offer of compression away, and nothing else")
    func plainFrames() throws {
        let readers: [any Defect] = [
            DroppedFrame(number: 1), ReplayedFrame(number: 1), ReplacedByte(0x24, by: 0x5f), SwappedFrames(number: 1),
            RatedDamage.messages(.altered).defect(try DamageLotteryTests.lottery(oneIn: 1)),
        ]
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        head.headers.add(name: "Host", value: "h")
        let plain = head
        head.headers.add(name: "sec-websocket-extensions", value: "permessage-deflate")
        for reader in readers { #expect(reader.request(head) == plain) }
        #expect(FlippedBit(offset: 1).request(head) == head)
        #expect(SwallowedCloseFrame().request(head) == head)
    }

    @Test("a name of nobody's finds none")
    func unknown() { #expect(Mutant.named("no-such-mutant") == nil) }
}
