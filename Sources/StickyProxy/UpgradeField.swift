import Wire

/// Recognising a WebSocket upgrade (RFC 9110 §7.8, RFC 6455 §4.2.1).
enum UpgradeField {
    static func asksForWebSocket(_ head: RequestHead, connection: Behavior.Upgrade.ConnectionField) -> Bool {
        guard head.elements("upgrade").contains(where: { $0.lowercased() == "websocket" }) else { return false }
        switch connection {
        case .token: return head.elements("connection").contains { $0.lowercased() == "upgrade" }
        case .wholeValue: return head.values("connection").map { $0.lowercased() } == ["upgrade"]
        }
    }
}
