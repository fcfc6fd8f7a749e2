import Fleet
import History
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

    /// How far away all nodes are. Deadlines are multiples of it, so that a busy machine does not decide who misses one.
    static let roundTrip = 150

    /// The reference proxy without health checks, whose requests would take turns with those of the client.
    var behavior: Behavior {
        var behavior = Behavior.reference
        behavior.health.probe = nil
        switch self {
        case .correctProxy, .upgradeRefused, .upgradeSilent, .silentAfter101: break
        case .buffering: behavior.answers.buffering = .whole
        case .roundRobin:
            behavior.affinity.sessionCapacity = 0
            behavior.affinity.rule = .none
        case .cookieCrossOrigin, .cookieCrossSite: behavior.affinity.sessionCapacity = 0
        }
        return behavior
    }

    /// What is wrong with the nodes.
    var fault: NodeFault? {
        switch self {
        case .upgradeRefused, .buffering: .refuseUpgrade
        case .upgradeSilent: .silentUpgrade
        case .silentAfter101: .muteAfter101
        default: nil
        }
    }

    /// Whether the page is of another site than the proxy, so that the browser keeps all cookies to itself.
    var isCrossSite: Bool { self != .cookieCrossOrigin }

    /// What clients are allowed in it.
    var allowed: [AgreementCell.Allowed] {
        switch self {
        case .correctProxy, .upgradeRefused, .upgradeSilent, .silentAfter101: [.all, .meteor]
        case .buffering: [.all, .meteor, .only(.xhrStreaming), .only(.eventsource), .only(.jsonpPolling)]
        case .roundRobin:
            [.all, .only(.xhrStreaming), .only(.eventsource), .only(.xhrPolling), .only(.jsonpPolling)]
        case .cookieCrossOrigin, .cookieCrossSite:
            [
                .all, .only(.xhrStreaming), .only(.eventsource), .only(.iframeEventsource), .only(.xhrPolling),
                .only(.iframeXHRPolling), .only(.jsonpPolling),
            ]
        }
    }
}

/// One client in one situation: a line of the table.
struct AgreementCell: Sendable, Hashable, CustomStringConvertible {
    /// Which transports a client may use.
    enum Allowed: Sendable, Hashable, CustomStringConvertible {
        case all
        /// Those that Meteor names.
        case meteor
        case only(ClientTransport)

        var ladder: [ClientTransport] {
            switch self {
            case .all: ClientOptions.defaultLadder
            case .meteor: ClientOptions.meteorLadder
            case .only(let transport): [transport]
            }
        }

        var description: String {
            switch self {
            case .all: "default"
            case .meteor: "Meteor's"
            case .only(let transport): transport.rawValue
            }
        }
    }

    var situation: AgreementSituation
    var allowed: Allowed

    static let all = AgreementSituation.allCases.flatMap { situation in
        situation.allowed.map { AgreementCell(situation: situation, allowed: $0) }
    }

    /// An address of the cell's own, since cookies go by host and not by port.
    var host: String { "127.0.0.\(2 + (Self.all.firstIndex(of: self) ?? 0))" }

    var description: String { "\(situation.rawValue)/\(allowed)" }
}
