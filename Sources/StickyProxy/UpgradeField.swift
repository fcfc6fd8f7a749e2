import NIOHTTP1

/// Recognising a WebSocket upgrade (RFC 9110 §7.8, RFC 6455 §4.2.1).
enum UpgradeField {
    static func asksForWebSocket(_ headers: HTTPHeaders, connection: Behavior.Upgrade.ConnectionField) -> Bool {
        guard headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }) else {
            return false
        }
        switch connection {
        case .token:
            return headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
        case .wholeValue:
            return headers["connection"].map { $0.lowercased() } == ["upgrade"]
        }
    }
}
