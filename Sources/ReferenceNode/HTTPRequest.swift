import NIOCore
import NIOHTTP1
import WebSocketCodec

/// A request that arrived whole.
struct HTTPRequest {
    var head: HTTPRequestHead
    /// Empty unless its executor keeps bodies.
    var body: ByteBuffer
    var bodyBytes: Int
    /// The body was longer than the executor keeps.
    var isBodyTooLarge: Bool
    var peer: String

    /// The path of the target, in absolute form too (RFC 9112 §3.2.2).
    var path: Substring {
        let target = head.uri.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = target.firstRange(of: "://"), !target.hasPrefix("/") else { return target }
        return target[scheme.upperBound...].drop { $0 != "/" }
    }
    var requestID: String? { head.headers.first(name: "X-Stickler-Request") }

    /// Whether it asks for WebSocket, well or badly.
    var isUpgrade: Bool {
        head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
    }

    /// The first value of this name in the query, as it is spelled.
    func query(_ name: String) -> Substring? {
        guard let mark = head.uri.firstIndex(of: "?") else { return nil }
        for pair in head.uri[head.uri.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == name { return parts[1] }
        }
        return nil
    }

    /// Whether the `Connection` field goes with it, without which it is no upgrade.
    var connectionUpgrades: Bool {
        head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
    }

    func evaluateHandshake(_ deflate: DeflateServerPolicy?) -> ServerHandshake.Decision {
        ServerHandshake(deflate: deflate).evaluate(
            method: head.method.rawValue, version: (major: head.version.major, minor: head.version.minor),
            headers: head.headers.map { HandshakeHeader(name: $0.name, value: $0.value) })
    }
}
