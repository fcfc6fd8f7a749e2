import NIOCore
import NIOHTTP1
import WebSocketCodec
import Wire

/// A request that arrived whole.
final class HTTPRequest {
    let head: RequestHead
    /// Empty unless its executor keeps bodies.
    var body = ByteBuffer()
    var bodyBytes = 0
    /// The body was longer than the executor keeps.
    var isBodyTooLarge = false
    let peer: String

    init(head: RequestHead, peer: String) {
        self.head = head
        self.peer = peer
    }

    /// The path of the target, in absolute form too (RFC 9112 §3.2.2).
    var path: Substring { Self.path(of: head.target) }

    /// The path of this target, in absolute form too.
    static func path(of target: String) -> Substring {
        // Bytes, since finding the Characters of a string costs more than anything else that is done with it.
        let target = Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        guard target.utf8.first != UInt8(ascii: "/"), let scheme = target.firstRange(of: "://") else { return target }
        return target[scheme.upperBound...].drop { $0 != "/" }
    }

    /// What the request is for: the target, or the path that a client of ours names beside it, with the target's query.
    /// Behind a balancer that knows only the paths of an app, all services of the node are asked for under those.
    var routedTarget: String {
        guard let route = head.first("x-stickler-route") else { return head.target }
        return route + (head.target.firstIndex(of: "?").map { head.target[$0...] } ?? "")
    }

    var requestID: String? { head.first("x-stickler-request") }

    /// Whether it asks for WebSocket, well or badly.
    var isUpgrade: Bool { head.list("upgrade", has: "websocket") }

    /// The first value of this name in the query, as it is spelled.
    func query(_ name: String) -> Substring? {
        guard let mark = head.target.firstIndex(of: "?") else { return nil }
        for pair in head.target[head.target.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == name { return parts[1] }
        }
        return nil
    }

    /// Whether the `Connection` field goes with it, without which it is no upgrade.
    var connectionUpgrades: Bool { head.list("connection", has: "upgrade") }

    func evaluateHandshake(_ deflate: DeflateServerPolicy?) -> ServerHandshake.Decision {
        ServerHandshake(deflate: deflate).evaluate(
            method: head.method.rawValue, version: (major: head.version.major, minor: head.version.minor),
            headers: head.allFields.map { HandshakeHeader(name: $0.name, value: $0.value) })
    }
}
