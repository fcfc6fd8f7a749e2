/// The V2 format of HdrHistogram: Base64 of a header and a zlib block of the layout and all counts up to the last.
/// A run of more than one empty slot is written as a negative number.
extension HdrHistogram {
    /// About a million slots, 8 MiB: more than 5 digits over eight decades take.
    package static let defaultSlotLimit = 1 << 20

    private static let outerCookie: UInt32 = 0x1C84_9314
    private static let innerCookie: UInt32 = 0x1C84_9313
    private static let headerBytes = 40
    private static let bytesPerCount = 9

    /// The histogram as one word of text, which starts with `HISTFAAA`. All but ``overflow`` can be read back.
    ///
    /// It throws ``HistogramError/noMemory``.
    package func encoded() throws(HistogramError) -> String {
        let counts = encodedCounts
        var content: [UInt8] = []
        content.reserveCapacity(Self.headerBytes + counts.count)
        content.append(bigEndian: Self.innerCookie)
        content.append(bigEndian: UInt32(counts.count))
        content.append(bigEndian: UInt32(0))
        content.append(bigEndian: UInt32(layout.digits))
        content.append(bigEndian: layout.lowest)
        content.append(bigEndian: layout.highest)
        content.append(bigEndian: 1.0.bitPattern)
        content += counts
        let block = try ZlibBlock.compress(content)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: Self.outerCookie)
        bytes.append(bigEndian: UInt32(block.count))
        return Base64.encode(bytes + block)
    }

    private var encodedCounts: [UInt8] {
        var bytes: [UInt8] = []
        var empty: Int64 = 0
        for count in counts.prefix((lastSlot ?? -1) + 1) {
            if count == 0 {
                empty += 1
                continue
            }
            if empty > 0 { bytes.append(zigZag: empty == 1 ? 0 : -empty) }
            empty = 0
            bytes.append(zigZag: Int64(count))
        }
        return bytes
    }

    /// Reads what ``encoded()`` or another implementation wrote, in bounded memory whatever it is.
    ///
    /// It throws ``HistogramError`` for anything else, such as the older formats, shifted or scaled histograms, and those
    /// of more than `slotLimit` slots.
    package init(
        encoded text: some StringProtocol, slotLimit: Int = defaultSlotLimit
    ) throws(HistogramError) {
        let bytes = try Base64.decode(text)
        var outer = ByteReader(bytes)
        try outer.expect(Self.outerCookie, "the cookie of a compressed V2 histogram")
        try outer.expect(UInt32(clamping: outer.remaining - 4), "the length of what follows")
        var reader = ByteReader(
            try ZlibBlock.inflate(
                Array(bytes[outer.offset...]), atMost: Self.headerBytes + Self.bytesPerCount * slotLimit))
        try reader.expect(Self.innerCookie, "the cookie of a V2 histogram")
        try reader.expect(UInt32(clamping: reader.remaining - Self.headerBytes + 4), "the length of its counts")
        try reader.expect(UInt32(0), "a histogram that isn't shifted, with offset")
        let digits = try reader.number(UInt32.self)
        let lowest = try reader.number(UInt64.self)
        let layout = try HistogramLayout(
            lowest: lowest, highest: reader.number(UInt64.self), digits: Int(digits))
        guard layout.slotCount <= slotLimit else { throw .tooManySlots(layout.slotCount, limit: slotLimit) }
        try reader.expect(1.0.bitPattern, "a histogram of integers, with the ratio 1.0 and thus bits")
        try self.init(layout, counts: reader.counts(atMost: layout.slotCount))
    }
}

extension ByteReader {
    fileprivate mutating func expect<Number: FixedWidthInteger & UnsignedInteger>(
        _ expected: Number, _ what: String
    ) throws(HistogramError) {
        let place = offset
        let number = try number(Number.self)
        guard number == expected else {
            throw .malformed("expected \(what) \(expected) at byte \(place), got \(number)")
        }
    }

    /// All counts to the end.
    fileprivate mutating func counts(atMost limit: Int) throws(HistogramError) -> [UInt64] {
        var counts: [UInt64] = []
        counts.reserveCapacity(limit)
        while remaining > 0 {
            let number = try zigZag()
            let slots = number < 0 ? number.magnitude : 1
            guard slots <= UInt64(limit - counts.count) else {
                throw .malformed("expected counts of \(limit) slots, got more at byte \(offset)")
            }
            counts.append(contentsOf: repeatElement(number < 0 ? 0 : number.magnitude, count: Int(slots)))
        }
        return counts
    }
}
