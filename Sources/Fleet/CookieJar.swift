/// The cookies of one virtual client at one host (RFC 6265 §5, without domains: a client talks to one host).
public struct CookieJar: Sendable, Hashable {
    /// A stored cookie.
    public struct Cookie: Sendable, Hashable {
        /// Name.
        public var name: String
        /// Value, as sent.
        public var value: String
        /// Path it is returned to.
        public var path: String
    }

    /// Most cookies a jar holds, as in browsers; further new names are not stored.
    public static let limit = 180
    /// Most bytes name and value of a cookie have together, as in browsers; longer ones are not stored.
    public static let cookieLimit = 4_096

    /// What is stored, oldest first.
    public private(set) var cookies: [Cookie] = []

    /// An empty jar.
    public init() {}

    /// Stores or deletes as a `Set-Cookie` field says. `Secure` cookies are not stored, since the connection is plain.
    ///
    /// - Parameter now: the time of day in seconds since 1970, against which `Expires` counts; a cookie that expires
    ///   later is kept for the whole run.
    public mutating func store(setCookie field: String, requestPath: String, now: Int64) {
        // Sent back, they would end the field and begin another one.
        guard !field.unicodeScalars.contains(where: { ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7f }) else {
            return
        }
        let parts = field.split(separator: ";", omittingEmptySubsequences: false).map(Self.trim)
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
        let name = Self.trim(pair[..<equals])
        guard !name.isEmpty, pair.utf8.count <= Self.cookieLimit else { return }
        var cookie = Cookie(
            name: name, value: Self.trim(pair[pair.index(after: equals)...]), path: Self.defaultPath(of: requestPath))
        var expires: Bool?
        var maxAge: Bool?
        for attribute in parts.dropFirst() {
            let halves = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trim)
            switch (halves.first?.lowercased(), halves.count > 1 ? halves[1] : "") {
            case ("path", let path): cookie.path = path.hasPrefix("/") ? path : Self.defaultPath(of: requestPath)
            case ("max-age", let seconds): maxAge = Self.isOver(maxAge: seconds) ?? maxAge
            case ("expires", let date): expires = CookieDate.seconds(date).map { $0 <= now } ?? expires
            case ("secure", _): return
            default: break
            }
        }
        let isExpired = maxAge ?? expires ?? false
        let old = cookies.firstIndex { $0.name == cookie.name && $0.path == cookie.path }
        switch (old, isExpired) {
        case (let index?, true): cookies.remove(at: index)
        case (let index?, false): cookies[index] = cookie
        case (nil, true): break
        case (nil, false): if cookies.count < Self.limit { cookies.append(cookie) }
        }
    }

    /// Plants a cookie, as a client with an old or forged one would bring it.
    public mutating func plant(name: String, value: String, path: String = "/") {
        cookies.removeAll { $0.name == name }
        cookies.append(Cookie(name: name, value: value, path: path))
    }

    /// The `Cookie` field for a request of this target; nil without a cookie.
    public func field(forTarget target: String) -> String? {
        let path = String(target.prefix { $0 != "?" })
        let matching = cookies.filter { Self.matches(path, cookiePath: $0.path) }
            .sorted { $0.path.count > $1.path.count }
        return matching.isEmpty ? nil : matching.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

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

    private static func defaultPath(of requestPath: String) -> String {
        let path = requestPath.prefix { $0 != "?" }
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func matches(_ path: String, cookiePath: String) -> Bool {
        path == cookiePath
            || path.hasPrefix(cookiePath)
                && (cookiePath.hasSuffix("/") || path.dropFirst(cookiePath.count).first == "/")
    }
}
