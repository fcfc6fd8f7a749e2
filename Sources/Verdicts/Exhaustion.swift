import History

extension HistoryView {
    /// Why nothing can be concluded, when we had no descriptor left for a connection; nil when we always had.
    var exhaustion: String? {
        for event in events {
            switch event.kind {
            case .requestFailed(let failed) where failed.failure == .exhausted:
                return Self.exhausted("this machine", "a client (\(failed.detail))")
            case .shortage(let shortage):
                return Self.exhausted(event.actor.name, shortage.detail)
            default: break
            }
        }
        return nil
    }

    private static func exhausted(_ whoever: String, _ what: String) -> String {
        "\(whoever) had no descriptor left for \(what); raise its limit of open files, for example with ulimit -n 65536, "
            + "and run again"
    }
}

extension HistoryActor {
    /// Whoever records a shortage, in words.
    fileprivate var name: String {
        switch self {
        case .node(let id): "node \(id)"
        case .lab: "the reference proxy"
        case .client(let name): "client \(name)"
        }
    }
}
