/// A browser did not keep a cookie that an answer set, or did not bring one that it holds.
public struct CookieWithheld: Codable, Sendable, Hashable {
    /// Why browsers withhold a cookie, by the attribute that makes them.
    public enum Reason: String, CaseIterable, Codable, Sendable, Hashable {
        /// It is `Secure`, and came over plain http from a host that is no loopback one.
        case secure
        /// Its `Domain` is not the host's.
        case domain
        /// A page of another site asked, and its `SameSite` is `Lax` or `Strict`, or missing, which counts as `Lax`.
        case sameSite = "same-site"
        /// It has `SameSite=None` and is not `Secure`.
        case sameSiteNoneNotSecure = "same-site-none-not-secure"
        /// Its name begins with `__Secure-` or `__Host-`, and it does not keep what that promises.
        case namePrefix = "name-prefix"
        /// Its `Path` is not that of the request, nor above it.
        case path
        /// Name and value are longer than browsers keep.
        case tooLarge = "too-large"
        /// The browser holds as many as it does of one host.
        case jarFull = "jar-full"
        /// It is no cookie: it has no name or no equals sign, or holds control characters.
        case malformed
    }

    /// The request whose answer set it, or that did not bring it.
    public var requestID: String
    /// Its name, cut to 256 characters.
    public var name: String
    /// Why.
    public var reason: Reason

    /// A cookie that stayed out of a request, or out of the browser.
    public init(requestID: String, name: String, reason: Reason) {
        self.requestID = requestID
        self.name = name
        self.reason = reason
    }
}
