/// How the parties of SockJS write JSON strings: which characters they escape beyond those that JSON wants escaped.
///
/// All three write short escapes where JSON has them and otherwise `\u` with lower-case digits.
enum JSONQuoting {
    /// `JSON.stringify`: nothing but surrogates without their other half.
    case plain
    /// The server's messages: characters that old JavaScript engines mangle in transit, and all beyond U+FFFF.
    case server
    /// The client's messages: also characters that Chrome once normalised.
    case client

    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// Appends the string with its quotation marks; the text is generalised UTF-8.
    func append(_ text: [UInt8], to bytes: inout [UInt8]) {
        text.withUnsafeBytes { append($0, to: &bytes) }
    }

    /// Appends the string with its quotation marks.
    func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    /// Appends `["one","two"]`.
    func appendArray(of messages: some Collection<SockJSMessage>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for message in messages {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            append(message.bytes, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        var offset = PlainRun.end(in: text, from: 0)
        while offset < text.count {
            let (point, length) = CodePoint.decode(text, at: offset)
            if mustEscape(point.value) {
                bytes.append(contentsOf: text[start..<offset])
                Self.appendEscape(of: point, to: &bytes)
                start = offset + length
            }
            offset = PlainRun.end(in: text, from: offset + length)
        }
        bytes.append(contentsOf: text[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    private func mustEscape(_ value: UInt32) -> Bool {
        switch value {
        case 0...0x1F, 0x22, 0x5C, 0xD800...0xDFFF: return true
        case 0...0x7F: return false
        default: break
        }
        switch self {
        case .plain: return false
        case .server:
            switch value {
            case 0x200C...0x200F, 0x2028...0x202F, 0x2060...0x206F, 0xFFF0...: return true
            default: return false
            }
        case .client: return value >= 0x10000 || ClientEscapes.contains(UInt16(truncatingIfNeeded: value))
        }
    }

    private static func appendEscape(of point: CodePoint, to bytes: inout [UInt8]) {
        let short: UInt8? =
            switch point.value {
            case 0x22, 0x5C: UInt8(truncatingIfNeeded: point.value)
            case 8: UInt8(ascii: "b")
            case 9: UInt8(ascii: "t")
            case 10: UInt8(ascii: "n")
            case 12: UInt8(ascii: "f")
            case 13: UInt8(ascii: "r")
            default: nil
            }
        if let short {
            bytes.append(0x5C)
            return bytes.append(short)
        }
        var units: [UInt16] = []
        point.appendUnits(to: &units)
        for unit in units {
            bytes.append(0x5C)
            bytes.append(UInt8(ascii: "u"))
            for shift: UInt16 in [12, 8, 4, 0] { bytes.append(hexDigits[Int(unit >> shift) & 0xF]) }
        }
    }
}
