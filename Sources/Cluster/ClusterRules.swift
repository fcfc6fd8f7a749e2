package import Discovery

/// What an in-app balancer is told: which service it is of, which ones clients may reach, and how it draws.
package struct ClusterRules: Sendable, Hashable {
    /// Name of the cookie that versions before 1.6 set.
    package static let legacyCookie = "cluster-endpoint"

    /// The service of its own endpoint.
    package var service: ServiceName
    /// The service that pages, and sockets without a hash, are of; its own unless told otherwise.
    package var uiService: ServiceName
    /// Other services that clients may ask for by name.
    package var publicServices: Set<ServiceName>
    /// How often its own endpoint takes part in a draw, from 0 to 1.
    package var selfWeight: Double
    /// Where clients are sent whose endpoint names no balancer and where no other one does; nil for the name under which
    /// they asked.
    package var rootURL: EndpointURL?
    /// Whether clients are told that there is WebSocket.
    package var offersWebSocket: Bool
    /// What it does wrong.
    package var defects: Set<ClusterDefect>

    /// Rules of a node of this service, without defects unless told otherwise.
    package init(
        service: ServiceName, uiService: ServiceName? = nil, publicServices: Set<ServiceName> = [],
        selfWeight: Double = 1, rootURL: EndpointURL? = nil, offersWebSocket: Bool = true,
        defects: Set<ClusterDefect> = []
    ) {
        self.service = service
        self.uiService = uiService ?? service
        self.publicServices = publicServices
        self.selfWeight = min(max(selfWeight, 0), 1)
        self.rootURL = rootURL
        self.offersWebSocket = offersWebSocket
        self.defects = defects
    }

    /// Name of the cookie that pages set to the hash of their endpoint.
    package var setCookie: String { "\(Self.legacyCookie)::\(uiService)" }

    /// Name of a second one for pages of other sites; nil where the first one is not read either.
    package var twinCookie: String? { has(.cookieNameMismatch) ? nil : "\(Self.legacyCookie)-cors::\(uiService)" }

    /// Name of the cookie that they read it from.
    package var readCookie: String { has(.cookieNameMismatch) ? Self.legacyCookie : setCookie }

    /// Whether it does this wrong.
    package func has(_ defect: ClusterDefect) -> Bool { defects.contains(defect) }
}
