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

    /// Everything there is at a path is there below this one too, for cases that ask about apps below a path.
    static let prefix = "/app"

    init(_ request: HTTPRequest, services: [SockJSService]) {
        // No other path begins like a service's.
        let target = request.routedTarget
        if let service = services.first(where: { target.hasPrefix($0.options.prefix) }),
            !target.utf8.contains(UInt8(ascii: "#"))
        {
            self = .sockJS(service, target: target)
            return
        }
        let path = Self.withoutPrefix(HTTPRequest.path(of: target))
        switch path {
        case "", "/": self = .page
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
            let query = target.firstIndex(of: "?").map { target[$0...] } ?? ""
            self = .sockJS(service, target: String(path + query))
        }
    }

    /// However often it stands there: a balancer's own prefix may bear the same name.
    private static func withoutPrefix(_ path: Substring) -> Substring {
        var rest = path
        while rest.utf8.starts(with: prefix.utf8) {
            let next = Substring(rest.utf8.dropFirst(prefix.utf8.count))
            guard next.isEmpty || next.utf8.first == UInt8(ascii: "/") else { return rest }
            rest = next
        }
        return rest
    }
}
