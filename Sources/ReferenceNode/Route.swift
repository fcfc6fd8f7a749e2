import SockJS

/// What a path of the data plane stands for.
enum Route {
    case health
    case page
    case whoami
    /// An answer of this status to everything.
    case refuse(Int)
    case firstFrame
    case rawWebSocket(SessionApplication.Kind)
    case greeting
    case info
    case session(SockJSService, SessionPath)
    case unknown

    init(path: Substring) {
        switch path {
        case "/": self = .page
        case "/health": self = .health
        case "/whoami": self = .whoami
        case "/refuse/403": self = .refuse(403)
        case "/refuse/426": self = .refuse(426)
        case "/first-frame": self = .firstFrame
        case "/websocket", "/websocket/": self = .rawWebSocket(.ddp)
        default:
            for service in SockJSService.all {
                if let route = Route(path: path, of: service) {
                    self = route
                    return
                }
            }
            self = .unknown
        }
    }

    private init?(path: Substring, of service: SockJSService) {
        guard path.hasPrefix(service.prefix) else { return nil }
        switch path.dropFirst(service.prefix.count) {
        case "", "/": self = .greeting
        case "/info", "/info/": self = .info
        case "/websocket", "/websocket/": self = .rawWebSocket(service.application)
        default:
            guard let session = SessionPath(parsing: String(path)), session.prefix == service.prefix else { return nil }
            self = .session(service, session)
        }
    }
}
