package import NIOHTTP1

/// The head of an answer, taken apart where it stands: strings of its fields are made only when they are asked for.
package struct ResponseHead: Sendable {
    /// The status.
    package let status: Int
    /// 1.0 or 1.1.
    package let version: HTTPVersion
    private let head: HeadFields

    init(_ line: StatusLine, _ head: HeadFields) {
        status = line.status
        version = line.version
        self.head = head
    }

    /// Bytes of the whole head.
    package var byteCount: Int { head.bytes.count }

    /// Every field in the order and case in which it came, without the blanks around its value.
    package var allFields: [(name: String, value: String)] { head.all }

    /// The value of the first field of this name, which is given in lower case.
    package func first(_ name: StaticString) -> String? { head.first(name) }

    /// The values of all fields of this name, which is given in lower case.
    package func values(_ name: StaticString) -> [String] { head.values(name) }

    /// The elements of a list of this name, over all its fields, without the blanks around them; the name is given in lower
    /// case.
    package func elements(_ name: StaticString) -> [String] { head.elements(name) }

    /// Whether there is a field of this name, which is given in lower case.
    package func contains(_ name: StaticString) -> Bool { head.contains(name) }

    /// Appends the fields in their order, each as `name: value` with its line end, but for those of these names.
    package func appendFields(to text: inout [UInt8], without names: FieldNames) {
        head.append(to: &text, without: names)
    }

    /// Whether its fields allow another request on the connection (RFC 9112 §9.3). A body that ends with the connection
    /// does not: ``ResponseParser/mayReuse``.
    package var isKeepAlive: Bool { head.keepAlive(in: version) }

    /// Whether it has a body, if it announces none (RFC 9112 §6.3).
    var mayHaveBody: Bool { status >= 200 && status != 204 && status != 304 }
}

extension ResponseHead: Equatable {
    /// Whether both came with the same bytes.
    package static func == (one: ResponseHead, other: ResponseHead) -> Bool { one.head.bytes == other.head.bytes }
}
