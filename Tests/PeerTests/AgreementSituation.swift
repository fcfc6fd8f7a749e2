import Fleet
import Lab
import SockJS
import StickyProxy

/// What stands between a client and its nodes when the two kinds of clients are compared.
enum AgreementSituation: String, CaseIterable, Sendable {
    case correctProxy = "correct proxy"
    case upgradeRefused = "upgrade refused"
    case upgradeSilent = "upgrade silent"
    case silentAfter101 = "101 then silence"
    case buffering = "buffering and upgrade refused"
    case roundRobin = "round robin"
    case cookieCrossOrigin = "cookie affinity, page of another origin"
    case cookieCrossSite = "cookie affinity, page of another site"

    /// The reference proxy without health checks, whose requests would take turns with those of the client.
    var behavior: Behavior {
        var behavior = Behavior.reference
        behavior.health.probe = nil
        switch self {
        case .correctProxy, .upgradeRefused, .upgradeSilent, .silentAfter101: break
        case .buffering: behavior.answers.buffering = .whole
        case .roundRobin:
            behavior.affinity.sessionCapacity = 0
            behavior.affinity.cookie = .tableKey(capacity: 0)
        case .cookieCrossOrigin, .cookieCrossSite: behavior.affinity.sessionCapacity = 0
        }
        return behavior
    }

    /// What is wrong with the nodes.
    var fault: Lab.NodeFault? {
        switch self {
        case .upgradeRefused, .buffering: .refuseUpgrade
        case .upgradeSilent: .silentUpgrade
        case .silentAfter101: .muteAfter101
        default: nil
        }
    }

    /// Whether the page is of another site than the proxy, so that the browser keeps all cookies to itself.
    var isCrossSite: Bool { self != .cookieCrossOrigin }

    /// The transports that are forced besides the default list.
    var forced: [ClientTransport] {
        switch self {
        case .correctProxy, .upgradeRefused, .upgradeSilent, .silentAfter101: []
        case .buffering: [.xhrStreaming, .eventsource, .jsonpPolling]
        case .roundRobin: [.xhrStreaming, .eventsource, .xhrPolling, .jsonpPolling]
        case .cookieCrossOrigin, .cookieCrossSite:
            [.xhrStreaming, .eventsource, .iframeEventsource, .xhrPolling, .iframeXHRPolling, .jsonpPolling]
        }
    }
}

/// One client in one situation: a line of the table.
struct AgreementCell: Sendable, Hashable, CustomStringConvertible {
    var situation: AgreementSituation
    /// The only transport allowed; nil for the client's own list.
    var forced: ClientTransport?

    static let all = AgreementSituation.allCases.flatMap { situation in
        ([nil] + situation.forced).map { AgreementCell(situation: situation, forced: $0) }
    }

    /// An address of the cell's own, since cookies go by host and not by port.
    var host: String { "127.0.0.\(2 + (Self.all.firstIndex(of: self) ?? 0))" }

    var description: String { "\(situation.rawValue)/\(forced?.rawValue ?? "default")" }
}
