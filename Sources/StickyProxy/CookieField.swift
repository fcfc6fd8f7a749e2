import NIOHTTP1

/// Reading and writing one cookie (RFC 6265 §4).
enum CookieField {
    /// The first value a name has in the request's `Cookie` fields.
    static func value(of name: String, in headers: HTTPHeaders) -> Substring? {
        for field in headers["cookie"] {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
                let trimmed = pair.drop(while: isBlank)
                guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")),
                    trimmed[..<equals].elementsEqual(name.utf8)
                else { continue }
                var value = trimmed[trimmed.index(after: equals)...]
                while let last = value.last, isBlank(last) { value.removeLast() }
                let quote = UInt8(ascii: "\"")
                if value.count >= 2, value.first == quote, value.last == quote { value = value.dropFirst().dropLast() }
                return Substring(value)
            }
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// The `Set-Cookie` value of the affinity cookie.
    static func setCookie(_ value: String, _ rules: Behavior.Affinity) -> String {
        "\(rules.cookieName)=\(value); \(rules.cookieAttributes)"
    }
}
