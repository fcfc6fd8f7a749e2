/// What a `Set-Cookie` field says (RFC 6265 §5.2, with `SameSite` of its revision, draft-ietf-httpbis-rfc6265bis §5.6).
struct SetCookieField: Sendable, Hashable {
    /// When a browser brings a cookie along with what a page of another site asks for.
    enum SameSite: Sendable, Hashable {
        /// Always.
        case none
        /// Not with subrequests: `Lax`, `Strict`, anything unknown, and no attribute at all, which counts as `Lax`.
        case lax
    }

    /// Longest value of an attribute that counts; a longer one is as good as missing (6265bis §5.6).
    static let attributeLimit = 1_024

    var name: String
    var value: String
    /// `Path`, if it is one.
    var path: String?
    /// `Domain` in lower case, without the dot that it may begin with; nil when it is empty or missing.
    var domain: String?
    /// What `Max-Age` says, if it is a number: whether the cookie is over.
    var isOverByMaxAge: Bool?
    /// What `Expires` says, if it is a date: seconds since 1970.
    var expires: Int64?
    var isSecure = false
    var sameSite = SameSite.lax

    /// Nil for what has no name, no equals sign, or a control character: sent back, that would end the field and begin
    /// another one.
    init?(_ field: String) {
        guard !field.unicodeScalars.contains(where: { ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7f }) else {
            return nil
        }
        let parts = field.split(separator: ";", omittingEmptySubsequences: false).map(Self.trim)
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return nil }
        name = Self.trim(pair[..<equals])
        value = Self.trim(pair[pair.index(after: equals)...])
        guard !name.isEmpty else { return nil }
        // The last of each name counts.
        for attribute in parts.dropFirst() {
            let halves = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trim)
            let value = halves.count > 1 ? halves[1] : ""
            if value.utf8.count <= Self.attributeLimit { read(halves[0].lowercased(), value) }
        }
    }

    private mutating func read(_ attribute: String, _ value: String) {
        switch attribute {
        case "path": path = value.hasPrefix("/") ? value : nil
        case "domain":
            let name = value.hasPrefix(".") ? value.dropFirst() : value[...]
            domain = name.isEmpty ? nil : name.lowercased()
        case "max-age": isOverByMaxAge = Self.isOver(maxAge: value) ?? isOverByMaxAge
        case "expires": expires = CookieDate.seconds(value) ?? expires
        case "secure": isSecure = true
        case "samesite": sameSite = value.lowercased() == "none" ? .none : .lax
        default: break
        }
    }

    /// The name in a field, for the record of one that was refused.
    static func name(in field: String) -> String { trim(field.prefix { $0 != "=" && $0 != ";" }) }

    private static func trim(_ text: some StringProtocol) -> String {
        var text = text[...]
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return String(text)
    }

    /// Whether a `Max-Age` deletes; nil when it is no number, however long.
    private static func isOver(maxAge text: String) -> Bool? {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        guard !digits.isEmpty, text.utf8.count - digits.count < 2, digits.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return nil
        }
        return text.utf8.first == UInt8(ascii: "-") || digits.allSatisfy { $0 == UInt8(ascii: "0") }
    }
}
