import NIOCore
import NIOPosix
import Wire

/// Tells a node's failure from a shortage of our own.
enum NodeFailure {
    /// Whether a connect that failed after some time says something about the node.
    static func concernsNode(_ error: any Error, after elapsed: Duration, timeout: Duration) -> Bool {
        // A loop that comes this late to its timers may be as late to the node's answer.
        if case ChannelError.connectTimeout = error { return elapsed <= timeout + timeout / 4 }
        return concernsNode(error)
    }

    private static func concernsNode(_ error: any Error) -> Bool {
        if isShortage(error) { return false }
        if let error = error as? IOError { return error.errnoCode != noLocalPort }
        if let error = error as? NIOConnectionError {
            return error.connectionErrors.contains { concernsNode($0.error) } || error.connectionErrors.isEmpty
        }
        return true
    }

    /// EADDRNOTAVAIL: all ports towards the node are in use.
    private static let noLocalPort: CInt = 99
}
