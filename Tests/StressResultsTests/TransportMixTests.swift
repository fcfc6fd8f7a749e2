import Testing

@testable import StressResults

@Suite struct TransportMixTests {
    @Test func `each stretch of clients as long as the weights has exactly its share of each transport`() throws {
        let mix = try TransportMix("websocket=7,xhr-streaming=2,xhr-polling=1")
        for start in [0, 3, 1_000] {
            let names = (start..<start + 10).map { mix.transport(of: $0).name }
            #expect(names.count { $0 == "websocket" } == 7)
            #expect(names.count { $0 == "xhr-streaming" } == 2)
        }
    }

    @Test func `clients that follow each other differ as often as the weights let them`() throws {
        let mix = try TransportMix("websocket=5,xhr-polling=5")
        let names = (0..<100).map { mix.transport(of: $0).name }
        #expect(zip(names, names.dropFirst()).count { $0 != $1 } > 50)
    }
}
