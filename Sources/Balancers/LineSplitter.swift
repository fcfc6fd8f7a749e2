/// Makes lines of the bytes that a program writes, whatever pieces they come in; a line too long is cut.
struct LineSplitter {
    private var line: [UInt8] = []
    private var isCut = false

    /// The lines that end in these bytes. Blank ones are none, since they say nothing.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            if let line = finish() { lines.append(line) }
            rest = rest[(end + 1)...]
        }
        keep(rest)
        return lines
    }

    /// What stands after the last line end.
    mutating func finish() -> String? {
        defer { (line, isCut) = ([], false) }
        // Bytes that are not UTF-8 are replaced, which makes them longer.
        var text = String(decoding: line, as: UTF8.self)
        if text.last == "\r" { text.removeLast() }
        let mark = "…"
        if text.utf8.count > BalancerWords.longestLine || isCut {
            while text.utf8.count + mark.utf8.count > BalancerWords.longestLine { text.unicodeScalars.removeLast() }
            text += mark
        }
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let room = BalancerWords.longestLine - line.count
        line.append(contentsOf: bytes.prefix(room))
        isCut = isCut || bytes.count > room
    }
}
