import NIOCore

/// The text of a whole message, and where it lies in the message's frames.
struct MessageText {
    private let frames: ByteBuffer
    /// Unmasked.
    private(set) var bytes: [UInt8] = []
    private var places: [Int] = []

    init(frames: ByteBuffer) {
        self.frames = frames
        var scanner = FrameScanner()
        var (place, mask, read): (Int, [UInt8], Int) = (frames.readerIndex, [0], 0)
        for segment in scanner.scan(frames) {
            switch segment {
            case .header(let header):
                place += header.bytes.readableBytes
                mask = header.isMasked ? header.bytes.readableBytesView.suffix(4) : [0]
                read = 0
            case .payload(let payload):
                for byte in payload.readableBytesView {
                    bytes.append(byte ^ mask[read % mask.count])
                    places.append(place)
                    place += 1
                    read += 1
                }
            case .end: break
            }
        }
    }

    /// The frames with one bit of the text flipped; nil where it has neither a letter nor a digit.
    func altered() -> ByteBuffer? {
        if let index = lastOfLongestRun(where: Self.isLetter) { return flipping(0x20, at: index) }
        return lastOfLongestRun { (0x30...0x39).contains($0) }.map { flipping(1, at: $0) }
    }

    /// The frames with every such byte replaced; nil where there is none.
    func replacing(_ unwanted: UInt8, by substitute: UInt8) -> ByteBuffer? {
        let indices = bytes.indices.filter { bytes[$0] == unwanted }
        guard !indices.isEmpty else { return nil }
        var changed = frames
        for index in indices { flip(unwanted ^ substitute, at: index, of: &changed) }
        return changed
    }

    private func flipping(_ bits: UInt8, at index: Int) -> ByteBuffer {
        var changed = frames
        flip(bits, at: index, of: &changed)
        return changed
    }

    /// A mask makes no difference to what bits are flipped.
    private func flip(_ bits: UInt8, at index: Int, of frames: inout ByteBuffer) {
        guard let byte = frames.getInteger(at: places[index], as: UInt8.self) else { return }
        frames.setInteger(byte ^ bits, at: places[index])
    }

    /// The last byte of this kind in the longest run that has one: most likely what the application said, and not a word
    /// of a protocol around it.
    private func lastOfLongestRun(where isFit: (UInt8) -> Bool) -> Int? {
        var (found, longest): (Int?, Int) = (nil, 0)
        for run in runs() where run.count > longest {
            guard let last = bytes[run].lastIndex(where: isFit) else { continue }
            (found, longest) = (last, run.count)
        }
        return found
    }

    /// Runs without quotation marks and escapes: of JSON, which begins with a bracket or SockJS's `a[`, those inside of its
    /// strings.
    private func runs() -> [Range<Int>] {
        let isJSON =
            bytes.first == UInt8(ascii: "[") || bytes.first == UInt8(ascii: "{") || bytes.starts(with: "a[".utf8)
        var runs: [Range<Int>] = []
        var (start, index, isInside) = (0, 0, !isJSON)
        func run(to end: Int) { if isInside, start < end { runs.append(start..<end) } }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                run(to: index)
                if isJSON { isInside.toggle() }
                index += 1
                start = index
            case UInt8(ascii: "\\"):
                run(to: index)
                let isUnicode = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "u")
                index = min(index + (isUnicode ? 6 : 2), bytes.count)
                start = index
            default: index += 1
            }
        }
        run(to: bytes.count)
        return runs
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte & 0xdf) }
}
