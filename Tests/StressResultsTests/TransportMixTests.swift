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
}
