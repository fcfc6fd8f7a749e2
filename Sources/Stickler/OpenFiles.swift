import Wire

/// Open files that a run needs, sockets and event loops included.
enum OpenFiles {
    /// Raises the limit as far as it goes, and refuses to start below what is needed: running out later would end the
    /// process.
    static func provide(_ needed: Int) throws(VerificationError) {
        let limit = OpenFileLimit.raise()
        guard limit < needed else { return }
        throw .usage(
            "this needs \(needed) open files (sockets count too), and this process may have \(limit); raise the hard "
                + "limit, for example with `ulimit -Hn 65536` as root or LimitNOFILE=65536 of the service, or run fewer "
                + "cases with --case")
    }
}
