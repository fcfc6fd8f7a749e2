import History

/// Some events of the pass through the balancer.
struct Selection: Sendable {
    private enum Pick { case all, first, last, number(Int) }

    private var filters: [@Sendable (HistoryEvent, Scene) -> Bool]
    private var isOfOneSession = false
    private var pick = Pick.all

    /// Those for which this holds.
    init(_ isOne: @escaping @Sendable (HistoryEvent, Scene) -> Bool) {
        filters = [{ event, scene in scene.isBehindBalancer(event) }, isOne]
    }

    /// Their places among the events.
    func indices(in events: [HistoryEvent], _ scene: Scene) -> [Int] {
        var found = events.indices.filter { index in filters.allSatisfy { $0(events[index], scene) } }
        if isOfOneSession, let session = found.first.flatMap({ scene.session(of: events[$0]) }) {
            found.removeAll { scene.session(of: events[$0]) != session }
        }
        switch pick {
        case .all: return found
        case .first: return Array(found.prefix(1))
        case .last: return Array(found.suffix(1))
        case .number(let number): return Array(found.dropFirst(number - 1).prefix(1))
        }
    }

    /// Those of them for which this holds too.
    func filter(_ isOne: @escaping @Sendable (HistoryEvent, Scene) -> Bool) -> Selection {
        var copy = self
        copy.filters.append(isOne)
        return copy
    }

    private func picking(_ pick: Pick) -> Selection {
        var copy = self
        copy.pick = pick
        return copy
    }
}

extension Selection {
    /// The first of them alone.
    var first: Selection { picking(.first) }
    /// The last of them alone.
    var last: Selection { picking(.last) }
    /// One of them, from 1.
    func number(_ number: Int) -> Selection { picking(.number(number)) }
    /// Those of the session that the first of them belongs to.
    var ofOneSession: Selection {
        var copy = self
        copy.isOfOneSession = true
        return copy
    }

    /// Those of sessions with this label.
    func label(_ label: String) -> Selection { filter { $1.label(of: $0) == label } }
    /// Those of requests for this path, or for one that ends so.
    func asking(_ path: String) -> Selection { filter { $1.request(of: $0)?.path.hasSuffix(path) ?? false } }
    /// Those of requests with this name in `Host`.
    func host(_ name: String) -> Selection { filter { $1.request(of: $0)?.host == name } }
    /// Those of requests that bring a cookie whose name begins so.
    func bringing(_ cookie: String) -> Selection { filter { $1.request(of: $0)?.cookie?.contains(cookie) ?? false } }
    /// Those that name this node.
    func of(_ node: String) -> Selection { filter { $1.node(of: $0) == node } }
    /// Those that name the node of the first fault.
    var ofFaultyNode: Selection { filter { $1.fault != nil && $1.node(of: $0) == $1.fault?.nodeID } }

    /// Those after the first fault.
    var afterFault: Selection { filter { $1.isAfterFault($0) } }
    /// Those after the last healing.
    var afterHealing: Selection { filter { $1.isAfterHealing($0) } }
    /// Those after the first thing that was done to the balancer.
    var afterOperation: Selection { filter { $1.isAfterOperation($0) } }
    /// Those of sessions of the node of the first thing that was done to the balancer.
    var ofOperated: Selection { filter { $1.isOfOperated($0) } }
    /// Those of sessions on a WebSocket.
    var onWebSocket: Selection { filter { $1.transport(of: $0) == .websocket } }
    /// Those of sessions of the node of the first fault.
    var ofVictims: Selection { filter { $1.isOfVictim($0) == true } }
    /// Those of sessions of all other nodes.
    var ofBystanders: Selection { filter { $1.isOfVictim($0) == false } }
    /// Those of sessions that connected anew.
    var ofMoved: Selection { filter { $1.isOfMoved($0) } }
    /// Those of connections after the first one.
    var reconnected: Selection { filter { event, _ in event.kind.epoch.map { $0 > 1 } ?? false } }
}

extension HistoryEvent.Kind {
    /// Which connection of its session it belongs to.
    fileprivate var epoch: Int? {
        switch self {
        case .sessionOpened(let opened): opened.epoch
        case .sessionClosed(let closed): closed.epoch
        case .messageSent(let message), .messageReceived(let message): message.epoch
        case .frameReceived(let frame): frame.epoch
        default: nil
        }
    }
}
