package import History

/// The cookies of one virtual client at one host, kept as browsers keep them: RFC 6265 §5.3 and §5.4, with what its
/// revision draft-ietf-httpbis-rfc6265bis says of `SameSite`, `Secure` and name prefixes.
///
/// Without a list of public suffixes a `Domain` of one label, such as `com`, is taken for one and no other is.
package struct CookieJar: Sendable, Hashable {
    /// A stored cookie.
    package struct Cookie: Sendable, Hashable {
        /// Name.
        package var name: String
        /// Value, as sent.
        package var value: String
        /// Path it is returned to.
        package var path: String
        /// `Domain`, if it has one; else it is of the very host that set it.
        package var domain: String?
        /// Whether requests for a page of another site bring it.
        package var isForOtherSites = false

        func isSame(as other: Cookie) -> Bool {
            name == other.name && path == other.path && domain == other.domain
        }
    }

    /// Most cookies a jar holds, as in browsers; further new names are not stored.
    package static let limit = 180
    /// Most bytes name and value of a cookie have together, as in browsers; longer ones are not stored.
    package static let cookieLimit = 4_096

    /// The host they are of.
    package let host: CookieHost
    /// What is stored, oldest first.
    package private(set) var cookies: [Cookie] = []

    /// An empty jar of this host.
    package init(host: CookieHost) { self.host = host }

    /// Stores or deletes as a `Set-Cookie` field says, which came over plain http; tells why not, if it does not.
    ///
    /// - Parameter isCrossSite: whether a page of another site asked.
    /// - Parameter now: the time of day in seconds since 1970, against which `Expires` counts; a cookie that expires
    ///   later is kept for the whole run.
    @discardableResult
    package mutating func store(
        setCookie field: String, requestPath: String, isCrossSite: Bool = false, now: Int64
    ) -> CookieWithheld.Reason? {
        guard let field = SetCookieField(field) else { return .malformed }
        if let reason = objection(to: field, isCrossSite) { return reason }
        let cookie = Cookie(
            name: field.name, value: field.value, path: field.path ?? Self.defaultPath(of: requestPath),
            // §5.3 step 5: a public suffix that is the host itself counts as no `Domain`.
            domain: field.domain.flatMap { $0.contains(".") && !host.isAddress ? $0 : nil },
            isForOtherSites: field.sameSite == .none)
        let isExpired = field.isOverByMaxAge ?? field.expires.map { $0 <= now } ?? false
        let old = cookies.firstIndex { $0.isSame(as: cookie) }
        switch (old, isExpired) {
        case (let index?, true): cookies.remove(at: index)
        case (let index?, false): cookies[index] = cookie
        case (nil, true): break
        case (nil, false):
            guard cookies.count < Self.limit else { return .jarFull }
            cookies.append(cookie)
        }
        return nil
    }

    /// Plants a cookie, as a client with an old or forged one would bring it.
    package mutating func plant(name: String, value: String, path: String = "/") {
        cookies.removeAll { $0.name == name }
        cookies.append(Cookie(name: name, value: value, path: path))
    }

    /// The `Cookie` field for a request of this target (§5.4); nil without a cookie.
    package func field(forTarget target: String, isCrossSite: Bool = false) -> String? {
        let path = Self.path(of: target)
        let matching = cookies.filter { objection(to: $0, at: path, isCrossSite) == nil }
            .sorted { $0.path.count > $1.path.count }
        return matching.isEmpty ? nil : matching.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    /// The cookies that a request of this target does not bring, each with the reason.
    package func withheld(
        fromTarget target: String, isCrossSite: Bool = false
    ) -> [(name: String, reason: CookieWithheld.Reason)] {
        let path = Self.path(of: target)
        return cookies.compactMap { cookie in objection(to: cookie, at: path, isCrossSite).map { (cookie.name, $0) } }
    }

    private func objection(to field: SetCookieField, _ isCrossSite: Bool) -> CookieWithheld.Reason? {
        if field.name.utf8.count + field.value.utf8.count > Self.cookieLimit { return .tooLarge }
        if let domain = field.domain, !host.matches(domain: domain) || (!domain.contains(".") && host.name != domain) {
            return .domain
        }
        if field.isSecure, !host.isLoopback { return .secure }
        if field.sameSite == .none, !field.isSecure { return .sameSiteNoneNotSecure }
        if isCrossSite, field.sameSite != .none { return .sameSite }
        return keepsNamePrefix(field) ? nil : .namePrefix
    }

    /// 6265bis §4.1.3: `__Secure-` promises `Secure`, and `__Host-` a `Path=/` and no `Domain` besides.
    private func keepsNamePrefix(_ field: SetCookieField) -> Bool {
        let name = field.name.lowercased()
        if name.hasPrefix("__host-") { return field.isSecure && field.path == "/" && field.domain == nil }
        return !name.hasPrefix("__secure-") || field.isSecure
    }

    private func objection(to cookie: Cookie, at path: String, _ isCrossSite: Bool) -> CookieWithheld.Reason? {
        if !Self.matches(path, cookiePath: cookie.path) { return .path }
        return isCrossSite && !cookie.isForOtherSites ? .sameSite : nil
    }

    private static func path(of target: String) -> String { String(target.prefix { $0 != "?" }) }

    /// §5.1.4
    static func defaultPath(of requestPath: String) -> String {
        let path = requestPath.prefix { $0 != "?" }
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// §5.1.4
    private static func matches(_ path: String, cookiePath: String) -> Bool {
        path == cookiePath
            || path.hasPrefix(cookiePath)
                && (cookiePath.hasSuffix("/") || path.dropFirst(cookiePath.count).first == "/")
    }
}
