import History

extension RunHistory {
    /// Why nothing can be concluded, when we had no descriptor left for a connection; nil when we always had.
    var exhaustion: String? {
        for event in events {
            guard case .requestFailed(let failed) = event.kind, failed.failure == .exhausted else { continue }
            return
                "this machine had no descriptor left for a client (\(failed.detail)); raise the limit of open files, "
                + "for example with ulimit -n 65536, and run again"
        }
        return nil
    }
}
