import NIOHTTP1
import Wire

/// What routing and retrying need to know of a request.
struct RequestFacts: Sendable, Equatable {
    /// The path of the request target, without query.
    var path: Substring
    /// What it shows of the key that affinity goes by; nothing where that is its address.
    var keys: ShownKeys
    /// The SockJS session the path names.
    var session: Substring?
    /// Whether the request asks to leave HTTP for WebSocket, and the behavior lets it.
    var upgrades: Bool
    /// How the body is delimited.
    var hasBody: Bool
    /// GET or HEAD without a body.
    var repeatable: Bool

    init(_ head: RequestHead, under rules: RequestRules) {
        path = Self.path(of: head.target)
        let url = SessionURL(path: path)
        keys = rules.keySource.keys(of: head, url)
        session = url?.session
        hasBody = head.isChunked || (head.contentLength ?? 0) > 0
        repeatable = !hasBody && (head.method == .GET || head.method == .HEAD)
        upgrades =
            head.method == .GET && !hasBody && !head.isHTTP10
            && UpgradeField.asksForWebSocket(head, connection: rules.behavior.upgrade.connection)
        if upgrades, let paths = rules.behavior.upgrade.paths {
            upgrades = paths.contains { rule in
                switch rule {
                case .prefix(let prefix): path.hasPrefix(prefix)
                case .session(let prefix): path.hasPrefix(prefix) && session != nil
                }
            }
        }
    }

    /// What follows the authority of an absolute-form target; all of an origin-form one (RFC 9112 §3.2).
    static func pathAndQuery(of target: String) -> Substring {
        var rest = target[...]
        if rest.utf8.first != UInt8(ascii: "/"), let scheme = rest.range(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest[(rest.firstIndex(of: "/") ?? rest.endIndex)...]
        }
        return rest
    }

    /// The path of an origin-form or absolute-form target.
    static func path(of target: String) -> Substring {
        var rest = pathAndQuery(of: target)
        let length = rest.withUTF8 { $0.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } }
        guard let length else { return rest }
        return rest[..<rest.utf8.index(rest.startIndex, offsetBy: length)]
    }
}

extension RequestHead {
    /// Whether the client speaks HTTP/1.0, which knows neither chunks nor upgrades.
    var isHTTP10: Bool { version == .http1_0 }

    /// Whether gzip is among the codings the client names.
    var acceptsGzip: Bool {
        elements("accept-encoding").contains { $0.lowercased().hasPrefix("gzip") }
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(text) { return at..<index(at, offsetBy: text.count) }
            at = index(after: at)
        }
        return nil
    }
}
