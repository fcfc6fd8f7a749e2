import Testing

@testable import Stress

@Suite struct PayloadTextTests {
    @Test(arguments: [(1, 1), (1, 32), (12, 64), (4_294_967_295, 5_000)] as [(UInt32, Int)])
    func `what is written is known again, and nothing else is`(number: UInt32, size: Int) throws {
        let text = PayloadText(salt: 7)
        var bytes: [UInt8] = []
        text.write(number: number, size: size, into: &bytes)
        let found = try #require(bytes.withUnsafeBytes { PayloadText.number(in: $0) })
        #expect(found.number == number)
        func isIntact(_ bytes: some Collection<UInt8>) -> Bool {
            Array(bytes).withUnsafeBytes { text.isIntact($0, number: number, textAt: found.textAt, size: size) }
        }
        #expect(isIntact(bytes))
        #expect(!isIntact(bytes + [0x20]))
        if bytes.count > found.textAt {
            #expect(!isIntact(bytes.dropLast()))
            var altered = bytes
            altered[altered.count - 1] ^= 1
            #expect(!isIntact(altered))
        }
    }

    @Test(arguments: ["", "#", "# x", "#1", "1 x", "#99999999999 x", "#1x "])
    func `what bears no number is told`(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { PayloadText.number(in: $0) } == nil)
    }
}
