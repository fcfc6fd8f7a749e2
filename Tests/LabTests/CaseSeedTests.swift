import Testing

@testable import Lab

struct CaseSeedTests {
    @Test func `names and addresses follow from the case and the seed alone`() {
        let (one, same) = (CaseSeed("a/b", seed: 7), CaseSeed("a/b", seed: 7))
        #expect(one == same)
        #expect((0..<300).map(one.source) == (0..<300).map(same.source))
    }

    @Test func `another case has other names, another seed other addresses`() {
        #expect(CaseSeed("a/b", seed: 7).prefix != CaseSeed("a/c", seed: 7).prefix)
        #expect(CaseSeed("a/b", seed: 7).prefix == CaseSeed("a/b", seed: 8).prefix)
        #expect(CaseSeed("a/b", seed: 7).source(1) != CaseSeed("a/b", seed: 8).source(1))
    }

    /// `ip_hash` looks at the first three octets.
    @Test(arguments: [0, 7, UInt64.max])
    func `clients are from networks of their own, on loopback, until their addresses repeat`(_ seed: UInt64) {
        let clients = CaseSeed("a/b", seed: seed)
        let sources = (0..<CaseSeed.clientCount).map(clients.source)
        let octets = sources.map { $0.split(separator: ".").compactMap { Int($0) } }
        #expect(Set(octets.map { $0.prefix(3) }).count == CaseSeed.clientCount)
        #expect(octets.allSatisfy { $0.count == 4 && $0[0] == 127 && $0[1] > 0 && (1...254).contains($0[3]) })
        #expect(clients.source(CaseSeed.clientCount) == sources[0])
    }
}
