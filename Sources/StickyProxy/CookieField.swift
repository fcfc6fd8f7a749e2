import NIOHTTP1

/// Reading and writing one cookie (RFC 6265 §4).
enum CookieField {
    /// The first value a name has in the request's `Cookie` fields.
    static func value(of name: String, in headers: HTTPHeaders) -> Substring? {
        for field in headers["cookie"] {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
                let trimmed = Substring(pair).drop { $0 == " " || $0 == "\t" }
                guard let equals = trimmed.firstIndex(of: "="), trimmed[..<equals] == name else { continue }
                var value = trimmed[trimmed.index(after: equals)...]
                while let last = value.last, last == " " || last == "\t" { value.removeLast() }
                if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
                return value
            }
        }
        return nil
    }

    /// The `Set-Cookie` value of the affinity cookie.
    static func setCookie(_ value: String, _ rules: Behavior.Affinity) -> String {
        "\(rules.cookieName)=\(value); \(rules.cookieAttributes)"
    }
}
