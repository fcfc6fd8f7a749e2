import Testing

@testable import Statistics

struct HistogramEncodingTests {
    /// Written by PyPI's hdrhistogram 0.10.8: 1 to 3 600 000 000 with 3 digits, values 0, 5 twice, 1 000 000 and 3 600 000 000.
    private static let foreign = "HISTFAAAACt4nJNpmSzMwMDAzQABzFCaEURcm7yEwf4DRICJnWXrOkamxXsYmQCUSQdn"

    @Test func `it reads what another implementation wrote`() throws {
        let histogram = try HdrHistogram(encoded: Self.foreign)
        #expect(histogram.layout == (try HistogramLayout(highest: 3_600_000_000, digits: 3)))
        #expect(
            Array(histogram.recorded) == [
                .init(values: 0...0, count: 1), .init(values: 5...5, count: 2),
                .init(values: 999_936...1_000_447, count: 1), .init(values: 3_598_712_832...3_600_809_983, count: 1),
            ])
    }

    @Test(arguments: 1...5)
    func `what is written reads back as it was`(_ digits: Int) throws {
        var generator = SeededGenerator(seed: UInt64(digits))
        var histogram = HdrHistogram(try HistogramLayout(lowest: 3, highest: 20_000, digits: digits))
        #expect(try HdrHistogram(encoded: histogram.encoded()) == histogram)
        for magnitude in 0..<62 {
            histogram.record(UInt64.random(in: 0...20_000, using: &generator), count: 1 << magnitude)
        }
        let text = try histogram.encoded()
        #expect(text.hasPrefix("HISTFAAA"))
        #expect(try HdrHistogram(encoded: text) == histogram)
    }

    @Test(arguments: [
        (Int64(0), 1), (-1, 1), (63, 1), (64, 2), (-64, 1), (-65, 2), (8_191, 2), (8_192, 3), (1 << 47, 7),
        (1 << 48, 8),
        (1 << 54, 8), (1 << 55, 9), (.max, 9), (.min, 9),
    ])
    func `a number takes as many bytes as the format says, at most nine`(_ number: Int64, _ length: Int) throws {
        var bytes: [UInt8] = []
        bytes.append(zigZag: number)
        #expect(bytes.count == length)
        var reader = ByteReader(bytes)
        #expect(try reader.zigZag() == number)
        #expect(reader.remaining == 0)
    }

    @Test func `any text cut short or changed is refused or read, and never more`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 1_000_000, digits: 2))
        for value in stride(from: UInt64(1), to: 1_000_000, by: 997) { histogram.record(value) }
        let text = Array(try histogram.encoded().utf8)
        for end in text.indices {
            #expect(throws: HistogramError.self) {
                try HdrHistogram(encoded: String(decoding: text[..<end], as: UTF8.self))
            }
        }
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            var changed = text
            changed[Int.random(in: text.indices, using: &generator)] = UInt8.random(in: 0...127, using: &generator)
            // zlib's checksum finds all but a change that changes nothing.
            if let read = try? HdrHistogram(encoded: String(decoding: changed, as: UTF8.self)) {
                #expect(read == histogram)
            }
        }
    }

    /// The inner bytes of a histogram of 1...1 000 with 1 digit, which has 112 slots.
    private static func encoded(
        cookie: UInt32 = 0x1C84_9313, length: UInt32? = nil, offset: UInt32 = 0, digits: UInt32 = 1, lowest: UInt64 = 1,
        highest: UInt64 = 1_000, ratio: Double = 1, counts: [Int64] = [], tail: [UInt8] = [],
        outer: UInt32 = 0x1C84_9314,
        excess: UInt32 = 0
    ) throws -> String {
        var payload: [UInt8] = []
        for count in counts { payload.append(zigZag: count) }
        payload += tail
        var content: [UInt8] = []
        content.append(bigEndian: cookie)
        content.append(bigEndian: length ?? UInt32(payload.count))
        content.append(bigEndian: offset)
        content.append(bigEndian: digits)
        content.append(bigEndian: lowest)
        content.append(bigEndian: highest)
        content.append(bigEndian: ratio.bitPattern)
        let block = try ZlibBlock.compress(content + payload)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: outer)
        bytes.append(bigEndian: UInt32(block.count) + excess)
        return Base64.encode(bytes + block)
    }

    @Test func `a run of empty slots is one number`() throws {
        let histogram = try HdrHistogram(encoded: Self.encoded(counts: [0, 2, -108, 3, 4]))
        #expect(histogram.count == 9)
        #expect(histogram.recorded.map(\.count) == [2, 3, 4])
        #expect(histogram.lastSlot == 111)
    }

    @Test func `what has more than the format allows is refused`() throws {
        let slots = try HistogramLayout(highest: 1_000, digits: 1).slotCount
        #expect(slots == 112)
        _ = try HdrHistogram(encoded: Self.encoded(counts: [1]))
        _ = try HdrHistogram(encoded: Self.encoded(counts: [-112]))
        for text in [
            try Self.encoded(cookie: 0x1C84_9301, counts: [1]), try Self.encoded(length: 2, counts: [1]),
            try Self.encoded(offset: 1, counts: [1]), try Self.encoded(digits: 0, counts: [1]),
            try Self.encoded(digits: .max, counts: [1]), try Self.encoded(lowest: 0, counts: [1]),
            try Self.encoded(highest: .max, counts: [1]), try Self.encoded(highest: 1, counts: [1]),
            try Self.encoded(ratio: 2, counts: [1]), try Self.encoded(counts: [-113]),
            try Self.encoded(counts: [-112, 1]),
            try Self.encoded(counts: [.min]), try Self.encoded(counts: [-100, -100]),
            try Self.encoded(counts: [.max]), try Self.encoded(counts: [1 << 61, 1 << 61, 1]),
            try Self.encoded(counts: Array(repeating: 1, count: 113)), try Self.encoded(counts: [1], tail: [0x80]),
            try Self.encoded(counts: [1], outer: 0x1C84_9304), try Self.encoded(counts: [1], excess: 1),
            "", "HIST", "HISTFAAA", "====", "A===", "HISTFAAA\u{0}\u{0}\u{0}\u{0}", "ÄÖ", Base64.encode([1, 2, 3]),
        ] {
            #expect(throws: HistogramError.self, "\(text)") { try HdrHistogram(encoded: text) }
        }
    }

    @Test func `a histogram of more slots than allowed is refused`() throws {
        let text = try Self.encoded(digits: 5, highest: UInt64(Int64.max), counts: [1])
        #expect(throws: HistogramError.tooManySlots(6_160_384, limit: 1 << 20)) { try HdrHistogram(encoded: text) }
        let small = try Self.encoded(counts: [1])
        #expect(throws: HistogramError.tooManySlots(112, limit: 111)) {
            try HdrHistogram(encoded: small, slotLimit: 111)
        }
        #expect(try HdrHistogram(encoded: small, slotLimit: 112).count == 1)
    }

    @Test func `a text that inflates beyond what its slots may take is refused`() throws {
        let text = try Self.encoded(counts: [], tail: Array(repeating: 0, count: 100_000))
        #expect(throws: HistogramError.malformed("its compressed part holds more than 9040 bytes")) {
            try HdrHistogram(encoded: text, slotLimit: 1_000)
        }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 is that of RFC 4648`(_ bytes: String, _ text: String) throws {
        #expect(Base64.encode(Array(bytes.utf8)) == text)
        #expect(try Base64.decode(text) == Array(bytes.utf8))
    }
}
