import NIOCore
import NIOPosix

/// Tells a node's failure from a shortage of our own.
enum NodeFailure {
    /// Whether a failed connect says something about the node.
    static func concernsNode(_ error: any Error) -> Bool {
        let own: Set<CInt> = [24 /* EMFILE */, 23 /* ENFILE */, 99 /* EADDRNOTAVAIL */, 105 /* ENOBUFS */]
        if let error = error as? IOError { return !own.contains(error.errnoCode) }
        if let error = error as? NIOConnectionError {
            return error.connectionErrors.contains { concernsNode($0.error) } || error.connectionErrors.isEmpty
        }
        return true
    }
}
