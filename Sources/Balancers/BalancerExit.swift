/// How a process ended.
package enum BalancerExit: Sendable, Hashable, CustomStringConvertible {
    /// It exited with this code.
    case exited(Int)
    /// This signal ended it.
    case signalled(Int)
    /// It never ran.
    case notSpawned(String)

    /// For messages, for example `exit code 1`.
    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        case .notSpawned(let reason): "not run: \(reason)"
        }
    }
}
