import SockJS

/// What sets one simulated browser apart from another: its cookies, where its page stands, how far away it is.
public struct ClientProfile: Sendable, Hashable {
    /// Which requests bring and keep cookies.
    public enum CookiePolicy: Sendable, Hashable {
        /// All of them: a page of the balancer's own origin.
        case jar
        /// None: a client without a cookie jar, such as the Node.js build of sockjs-client.
        case none
        /// All but those of an `EventSource`, which is made without credentials: a page of another origin, same site.
        case jarExceptEventSource
        /// Those with `SameSite=None`, but for an `EventSource`: a page of another site, whichever its origin; a port
        /// makes no other site, and a name beside an address does.
        case crossSite
    }

    /// Which requests bring and keep cookies.
    public var cookies: CookiePolicy
    /// `Origin` that the page's own requests bear; nil for none.
    public var origin: String?
    /// How long what is sent on a connection is held before it leaves.
    public var requestDelay: Duration
    /// How long what comes on a connection is held before it is seen.
    public var answerDelay: Duration
    /// Whether requests say that a gzip body will do.
    public var acceptsGzip: Bool

    /// A browser near by, on a page of the balancer's own origin, which asks for plain bodies.
    public init(
        cookies: CookiePolicy = .jar, origin: String? = nil, requestDelay: Duration = .zero,
        answerDelay: Duration = .zero, acceptsGzip: Bool = false
    ) {
        self.cookies = cookies
        self.origin = origin
        self.requestDelay = requestDelay
        self.answerDelay = answerDelay
        self.acceptsGzip = acceptsGzip
    }

    /// A page of another origin on the same site.
    public static func crossOrigin(_ origin: String) -> ClientProfile {
        ClientProfile(cookies: .jarExceptEventSource, origin: origin)
    }

    /// A page of another site.
    public static func crossSite(_ origin: String) -> ClientProfile {
        ClientProfile(cookies: .crossSite, origin: origin)
    }

    /// The same, so much farther away: half of it before each request, half before each answer.
    public func farther(by roundTrip: Duration) -> ClientProfile {
        var profile = self
        profile.requestDelay += roundTrip / 2
        profile.answerDelay += roundTrip / 2
        return profile
    }

    /// Which cookies a request has to do with.
    enum Credentials: Sendable, Hashable {
        /// None: it neither brings nor keeps any.
        case none
        /// All of the jar.
        case sameSite
        /// Those that are for pages of other sites.
        case crossSite
    }

    func credentials(of leg: RequestLeg) -> Credentials {
        switch (cookies, leg) {
        case (.jar, _): .sameSite
        case (.none, _), (.jarExceptEventSource, .eventSource), (.crossSite, .eventSource): .none
        case (.jarExceptEventSource, _): .sameSite
        // An iframe of the server's own origin too: what counts is the page at the top.
        case (.crossSite, _): .crossSite
        }
    }
}

/// Which part of a browser makes a request; cookies and `Origin` depend on it.
package enum RequestLeg: Sendable, Hashable {
    /// `XMLHttpRequest` or a WebSocket of the page.
    case page
    /// An `EventSource` of the page, made without credentials.
    case eventSource
    /// A script, frame or form: no `Origin` on a GET.
    case element
    /// A page of the server's own origin, in an iframe.
    case iframe

    init(receiving transport: Transport, inIframe: Bool) {
        switch (transport, inIframe) {
        case (.htmlfile, _), (.jsonp, _), (.jsonpSend, _): self = .element
        case (_, true): self = .iframe
        case (.eventsource, _): self = .eventSource
        default: self = .page
        }
    }
}
