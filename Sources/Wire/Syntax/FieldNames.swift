/// Names of header fields, in lower case, which a name in any case may be one of.
package struct FieldNames: Sendable {
    /// So many are looked through one by one.
    private static let few = 32

    private var names: [[UInt8]] = []
    /// The rest: a peer may name as many as a head has room for.
    private var more: Set<[UInt8]> = []
    /// A bit for each length that one of them has; most names are none of them by that alone.
    private var lengths: UInt64 = 0

    /// These names, in lower case.
    package init(_ names: [String]) {
        for name in names { insert(name) }
    }

    /// Another name, in lower case.
    package mutating func insert(_ name: String) {
        let bytes = Array(name.utf8)
        if names.count < Self.few { names.append(bytes) } else { more.insert(bytes) }
        lengths |= Self.bit(bytes.count)
    }

    /// Whether this name, in lower case, is one of them.
    package func contains(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { contains(UnsafeRawBufferPointer($0)) }
    }

    /// Whether this name, in any case, is one of them.
    func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        guard lengths & Self.bit(name.count) != 0 else { return false }
        for candidate in names where candidate.count == name.count {
            if candidate.withUnsafeBytes({ HTTPBytes.isEqual(name, ignoringCase: $0) }) { return true }
        }
        return !more.isEmpty && more.contains(name.map(HTTPBytes.lowercased))
    }

    private static func bit(_ length: Int) -> UInt64 { 1 << UInt64(min(length, 63)) }
}
