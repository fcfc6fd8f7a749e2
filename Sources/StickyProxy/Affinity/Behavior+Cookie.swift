extension Behavior.Affinity {
    /// A cookie that the proxy sets (RFC 6265).
    package struct Cookie: Sendable, Equatable {
        /// Its name.
        package var name = "sticklersrv"
        /// What its value holds where it names a node; one that is the key of a table or a hash is random.
        package var format = Format.nodeAndClient
        /// The paths it is sent for; nil leaves that to the client, for whom it is the folder of the request then.
        package var path: String? = "/"
        /// The hosts it is sent to; nil for the one that set it.
        package var domain: String?
        /// How long clients keep it.
        package var expiry = Expiry.session
        /// Whether clients send it over TLS only.
        package var isSecure = false
        /// Whether scripts can't read it.
        package var isHTTPOnly = true
        /// Which requests from pages of other sites bear it; nil leaves that to the client.
        package var sameSite: SameSite? = .lax
        /// The name of a second cookie of the same value, with `SameSite=None; Secure`, for pages of other sites.
        package var twin: String?
        /// Whether every answer sets it, and not only one that changes it.
        package var isRefreshed = false
        /// Whether a 101 carries it.
        package var isOnUpgrade = true
        /// Whether a 4xx or 5xx carries it.
        package var isOnErrors = true
        /// The name of a cookie of the application's without which an answer does not carry it; nil for none.
        package var follows: String?
        /// What becomes of it on an answer that shared caches may keep for other clients.
        package var sharedAnswers = SharedAnswers.withoutCookie

        /// What becomes of the node's own cookies on an answer that sets it.
        package var otherCookies = OtherCookies.kept

        /// The reference's cookie.
        package init() {}

        /// What its value holds.
        package enum Format: Sendable, Equatable {
            /// An opaque name of the node, and a random one of the client, by which one that moved is known.
            case nodeAndClient
            /// An opaque name of the node.
            case node
            /// The node's name as it is.
            case nodeName
            /// The node's address, as Envoy's and BIG-IP's do in codings of their own.
            case nodeAddress
        }
        /// What becomes of the cookies that a node sets on an answer.
        package enum OtherCookies: Sendable, Equatable {
            /// They go on beside the proxy's.
            case kept
            /// The proxy's takes their place.
            case replaced
        }
        /// How long clients keep it.
        package enum Expiry: Sendable, Equatable {
            /// As long as the browser is open.
            case session
            /// So long from the answer on, as `Max-Age`.
            case maxAge(Duration)
            /// So long from the answer on, as `Expires`.
            case expires(Duration)
        }
        /// Which requests from pages of other sites bear it.
        package enum SameSite: String, Sendable, Equatable, CaseIterable {
            /// None.
            case strict = "Strict"
            /// Those that open a page.
            case lax = "Lax"
            /// All; browsers want ``Cookie/isSecure`` with it.
            case none = "None"
        }
        /// What becomes of the cookie on an answer that shared caches may keep, by its `Cache-Control`, for other clients,
        /// who would all get the first one's cookie.
        package enum SharedAnswers: Sendable, Equatable {
            /// The answer stays as it is; the client gets its cookie with the next one.
            case withoutCookie
            /// The answer gets the cookie, and `Cache-Control: private` in place of the node's, as with HAProxy's `nocache`.
            case madePrivate
            /// The answer gets the cookie.
            case withCookie
        }
    }
}
