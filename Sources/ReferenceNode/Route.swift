import DDP
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
    /// A SockJS service, and the target in origin form.
    case sockJS(SockJSService, target: String)
    case unknown

    init(_ request: HTTPRequest, services: [SockJSService]) {
        let path = request.path
        switch path {
        case "/": self = .page
        case "/health": self = .health
        case "/whoami": self = .whoami
        case "/refuse/403": self = .refuse(403)
        case "/refuse/426": self = .refuse(426)
        case "/first-frame": self = .firstFrame
        case "/websocket", "/websocket/": self = .rawWebSocket(.ddp(.meteorServer))
        default:
            guard let service = services.first(where: { path.utf8.starts(with: $0.options.prefix.utf8) }) else {
                self = .unknown
                return
            }
            let uri = request.head.uri
            guard uri.utf8.first != UInt8(ascii: "/") || uri.utf8.contains(UInt8(ascii: "#")) else {
                self = .sockJS(service, target: uri)
                return
            }
            let query = uri.firstIndex(of: "?").map { uri[$0...] } ?? ""
            self = .sockJS(service, target: String(path + query))
        }
    }
}
