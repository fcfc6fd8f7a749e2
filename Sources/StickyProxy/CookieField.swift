import Wire

/// Reading and writing one cookie (RFC 6265 §4).
enum CookieField {
    /// The first value a name has in the request's `Cookie` fields.
    static func value(of name: String, in head: RequestHead) -> Substring? {
        var (name, found) = (name, Substring?.none)
        name.withUTF8 { name in
            head.forEachValue("cookie") { field in
                if found == nil { found = value(of: name, in: field).map { Substring(decoding: $0, as: UTF8.self) } }
            }
        }
        return found
    }

    private static func value(
        of name: UnsafeBufferPointer<UInt8>, in field: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer.SubSequence? {
        var rest = field[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
            var pair = rest[..<end]
            rest = rest[min(end + 1, rest.endIndex)...]
            while let first = pair.first, isBlank(first) { pair.removeFirst() }
            guard pair.count > name.count, pair[pair.startIndex + name.count] == UInt8(ascii: "="),
                pair.starts(with: name)
            else { continue }
            var value = pair.dropFirst(name.count + 1)
            while let last = value.last, isBlank(last) { value.removeLast() }
            let quote = UInt8(ascii: "\"")
            return value.count >= 2 && value.first == quote && value.last == quote
                ? value.dropFirst().dropLast() : value
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// The `Set-Cookie` value of the affinity cookie.
    static func setCookie(_ value: String, _ rules: Behavior.Affinity) -> String {
        "\(rules.cookieName)=\(value); \(rules.cookieAttributes)"
    }
}
