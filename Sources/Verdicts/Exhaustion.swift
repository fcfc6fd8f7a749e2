import History

extension HistoryView {
    /// Why nothing can be concluded, when we had no descriptor left for a connection; nil when we always had.
    var exhaustion: String? {
        for event in events {
            switch event.kind {
            case .requestFailed(let failed) where failed.failure == .exhausted:
                return Exhaustion.sentence(of: Exhaustion.ownMachine, for: "a client (\(failed.detail))")
            case .shortage(let shortage):
                return Exhaustion.sentence(of: event.actor.name, for: shortage.detail)
            default: break
            }
        }
        return nil
    }
}

/// A process of ours that had no descriptor left for a connection: what was seen meanwhile says nothing of the balancer.
package enum Exhaustion {
    /// The process that drives the clients.
    package static let ownMachine = "this machine"
    /// The reference proxy, in whichever process.
    package static let proxy = "the reference proxy"

    /// The sentence that says so, with what to do.
    package static func sentence(of whoever: String, for what: String) -> String {
        "\(whoever) had no descriptor left for \(what); raise its limit of open files, for example with ulimit -n 65536, "
            + "and run again"
    }

    /// A node's name in such sentences.
    package static func node(_ id: String) -> String { "node \(id)" }
}

extension HistoryActor {
    /// Whoever records a shortage, in words.
    fileprivate var name: String {
        switch self {
        case .node(let id): Exhaustion.node(id)
        case .lab: Exhaustion.proxy
        case .client(let name): "client \(name)"
        }
    }
}
