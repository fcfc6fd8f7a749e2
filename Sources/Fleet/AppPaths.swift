/// Where the app under test has its SockJS service and its raw WebSocket.
///
/// Requests for the other services of a reference node go there too, and a field of ours names the service: so a
/// balancer needs to know no paths but those of the app.
package struct AppPaths: Sendable, Hashable {
    /// Path of the SockJS service, without a slash at its end.
    package var sockJS: String
    /// Path of the raw WebSocket.
    package var webSocket: String

    /// The paths of a Meteor app unless told otherwise.
    package init(sockJS: String = "/sockjs", webSocket: String = "/websocket") {
        self.sockJS = sockJS
        self.webSocket = webSocket
    }

    /// The field by which a node of ours knows what a request is for.
    static let routeField = "X-Stickler-Route"

    /// Where a request is sent, and what the field says; nil where the target says it already.
    struct Place: Sendable, Hashable {
        var target: String
        var route: String?
    }

    private static let services: Set<Substring> = [
        "echo", "idle", "quiet", "close", "disabled_websocket_echo", "cookie_needed_echo",
    ]
    /// The path below which the whole app is asked for by a case.
    private static let prefix = "/app"

    /// The place of a request for this target of a node, with a mark of its own where nothing else tells it from others.
    func place(of target: String, mark: String) -> Place {
        let path = target.prefix { $0 != "?" }
        let query = target[path.endIndex...]
        var inner = path
        while inner.hasPrefix(Self.prefix + "/") { inner = inner.dropFirst(Self.prefix.count) }
        let outer = String(path[..<inner.startIndex])
        let name = inner.dropFirst().prefix { $0 != "/" }
        let rest = inner.dropFirst(1 + name.count)
        func at(_ place: String) -> Place {
            let target = outer + place
            return Place(target: target, route: target.prefix { $0 != "?" } == path ? nil : String(inner))
        }
        switch name {
        case "sockjs": return at("\(sockJS)\(rest)\(query)")
        case "websocket" where rest.isEmpty: return at("\(webSocket)\(query)")
        case "first-frame": return at("\(sockJS)/websocket\(query)")
        case "refuse": return at("\(sockJS)/websocket?refuse=\(rest.dropFirst())")
        // As clients ask for info, each with a mark that no cache can have seen.
        case "whoami": return at("\(sockJS)/info\(query.isEmpty ? "?" : "\(query)&")t=\(mark)")
        case let name where Self.services.contains(name): return at("\(sockJS)\(rest)\(query)")
        default: return Place(target: target)
        }
    }
}
