import NIOHTTP1

/// The text of a head, put together before it goes to a buffer in one piece.
extension [UInt8] {
    mutating func append(fixed text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }

    /// A number of a head, such as a status or a port.
    mutating func append(_ number: Int) { append(String(number)) }

    /// One field.
    mutating func appendField(_ name: StaticString, _ value: String) {
        append(fixed: name)
        append(fixed: ": ")
        append(value)
        append(fixed: "\r\n")
    }

    /// Fields of a head or a trailer.
    mutating func appendFields(_ fields: HTTPHeaders) {
        for (name, value) in fields {
            append(name)
            append(fixed: ": ")
            append(value)
            append(fixed: "\r\n")
        }
    }
}
