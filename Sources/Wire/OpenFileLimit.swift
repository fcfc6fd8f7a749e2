#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many files this process may have open; sockets, event loops and pipes count too.
package enum OpenFileLimit {
    /// Raises the limit as far as this process may by itself, and gives the one then in force. Programs started later
    /// inherit it.
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return unknown }
        // Some programs go through all numbers there could be.
        let wanted = min(limit.rlim_max, rlim_t(ceiling))
        if limit.rlim_cur < wanted {
            let before = limit.rlim_cur
            limit.rlim_cur = wanted
            // Refused, it stays as it was.
            if setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// As many as any program of ours could want.
    private static let ceiling = 1 << 20
    /// Where the system does not say, it has the last word when a file is opened.
    private static let unknown = Int.max

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif
}
