package import NIOHTTP1

/// The head of a request, taken apart where it stands: strings of its fields are made only when they are asked for.
///
/// A class, since whoever executes a request passes its head around, and a reference is all that this copies.
package final class RequestHead: Sendable {
    /// The method, known or not.
    package let method: HTTPMethod
    /// The request target as it came: visible ASCII.
    package let target: String
    /// 1.0 or 1.1.
    package let version: HTTPVersion
    /// How many bytes of a body it announces; nil where it announces none.
    package let contentLength: Int?
    /// Whether its body comes in chunks.
    package let isChunked: Bool
    private let head: HeadFields
    private let targetEnd: Int

    init(_ line: RequestLine, contentLength: Int?, isChunked: Bool, _ head: HeadFields) {
        method = line.method
        version = line.version
        target = head.text(line.target)
        targetEnd = line.target.upperBound
        self.contentLength = contentLength
        self.isChunked = isChunked
        self.head = head
    }

    /// How many fields there are.
    package var fieldCount: Int { head.count }

    /// Every field in the order and case in which it came, without the blanks around its value.
    package var allFields: [(name: String, value: String)] { head.all }

    /// Bytes that the name and the value of a field take.
    package func fieldBytes(at index: Int) -> Int { head.fields[index].name.count + head.fields[index].value.count }

    /// Calls `body` with the request line and the first fields as they came, each with its line end; there may be empty
    /// lines before.
    package func withLines<Result>(fields count: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        head.bytes.withUnsafeBytes { bytes in
            let last = count == 0 ? targetEnd : head.fields[count - 1].value.upperBound
            let end = HTTPBytes.lineFeed(in: bytes, from: last).map { $0 + 1 } ?? bytes.count
            return body(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
    }

    /// The value of the first field of this name, which is given in lower case.
    package func first(_ name: StaticString) -> String? { head.first(name) }

    /// The same for a name that is known at run time only.
    package func first(named name: String) -> String? { head.first(named: name) }

    /// The values of all fields of this name, which is given in lower case.
    package func values(_ name: StaticString) -> [String] { head.values(name) }

    /// Calls `body` with the value of each field of this name, which is given in lower case.
    package func forEachValue(_ name: StaticString, _ body: (UnsafeRawBufferPointer) -> Void) {
        head.forEachValue(name, body)
    }

    /// The elements of a list of this name, over all its fields, without the blanks around them; the name is given in lower
    /// case.
    package func elements(_ name: StaticString) -> [String] { head.elements(name) }

    /// Appends the fields in their order, each as `name: value` with its line end, but for those of these names.
    package func appendFields(to text: inout [UInt8], without names: FieldNames) {
        head.append(to: &text, without: names)
    }

    /// Whether there is a field of this name, which is given in lower case.
    package func contains(_ name: StaticString) -> Bool { head.contains(name) }

    /// Whether a list of this name, over all its fields, has this element; both are given in lower case.
    package func list(_ name: StaticString, has element: String) -> Bool { head.list(name, has: element) }

    /// Whether the connection may bear another request after the answer (RFC 9112 §9.3).
    package var isKeepAlive: Bool { head.keepAlive(in: version) }
}

extension RequestHead: Equatable {
    /// Whether both came with the same bytes.
    package static func == (one: RequestHead, other: RequestHead) -> Bool { one.head.bytes == other.head.bytes }
}
