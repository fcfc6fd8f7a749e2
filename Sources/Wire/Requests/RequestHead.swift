package import NIOHTTP1

/// The head of a request, taken apart where it stands: strings of its fields are made only when they are asked for.
///
/// A class, since whoever executes a request passes its head around, and a reference is all that this copies.
package final class RequestHead: Sendable {
    /// Where a field stands in the bytes of the head.
    struct Field: Sendable, Hashable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The method, known or not.
    package let method: HTTPMethod
    /// The request target as it came: visible ASCII.
    package let target: String
    /// 1.0 or 1.1.
    package let version: HTTPVersion
    /// How many bytes of a body it announces; nil where it announces none.
    package let contentLength: Int?
    private let bytes: [UInt8]
    private let targetEnd: Int
    private let fields: [Field]

    init(
        method: HTTPMethod, target: Range<Int>, version: HTTPVersion, contentLength: Int?, bytes: [UInt8],
        fields: [Field]
    ) {
        self.method = method
        self.contentLength = contentLength
        self.target = String(decoding: bytes[target], as: UTF8.self)
        self.targetEnd = target.upperBound
        self.version = version
        self.bytes = bytes
        self.fields = fields
    }

    /// How many fields there are.
    package var fieldCount: Int { fields.count }

    /// Every field in the order and case in which it came, without the blanks around its value.
    package var allFields: [(name: String, value: String)] {
        fields.map { (text($0.name), text($0.value)) }
    }

    /// Bytes that the name and the value of a field take.
    package func fieldBytes(at index: Int) -> Int { fields[index].name.count + fields[index].value.count }

    /// Calls `body` with the request line and the first fields as they came, each with its line end; there may be empty
    /// lines before.
    package func withLines<Result>(fields count: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { bytes in
            let last = count == 0 ? targetEnd : fields[count - 1].value.upperBound
            let end = HeadScanner.lineFeed(in: bytes, from: last).map { $0 + 1 } ?? bytes.count
            return body(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
    }

    /// The value of the first field of this name, which is given in lower case.
    package func first(_ name: StaticString) -> String? {
        for field in fields where isNamed(field, name) { return text(field.value) }
        return nil
    }

    /// Whether there is a field of this name, which is given in lower case.
    package func contains(_ name: StaticString) -> Bool { fields.contains { isNamed($0, name) } }

    /// Whether a list of this name, over all its fields, has this element; both are given in lower case.
    package func list(_ name: StaticString, has element: String) -> Bool {
        fields.contains { field in
            isNamed(field, name)
                && text(field.value).split(separator: ",").contains { part in
                    part.lowercased().trimmed == element
                }
        }
    }

    /// Whether the connection may bear another request after the answer (RFC 9112 §9.3).
    package var isKeepAlive: Bool {
        if version == .http1_1 { return !list("connection", has: "close") }
        return list("connection", has: "keep-alive") && !list("connection", has: "close")
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func isNamed(_ field: Field, _ name: StaticString) -> Bool {
        guard field.nameEnd - field.nameStart == UInt32(name.utf8CodeUnitCount) else { return false }
        return bytes.withUnsafeBytes { bytes in
            RequestBytes.isEqual(UnsafeRawBufferPointer(rebasing: bytes[field.name]), ignoringCase: name)
        }
    }
}

extension String {
    /// Without the blanks around it.
    fileprivate var trimmed: Substring {
        var rest = Substring(self).utf8
        while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
        while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest.removeLast() }
        return Substring(rest)
    }
}
