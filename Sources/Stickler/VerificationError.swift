import Balancers
import Lab

/// Why a verification could not be made; a balancer that fails its cases is no error but a report.
public enum VerificationError: Error, Sendable, CustomStringConvertible {
    /// What was asked for can't be had: a name, a flag, a file, a configuration, a missing program.
    case usage(String)
    /// The target does not answer or did not start.
    case unreachable(String)

    /// The exit code scripts rely on.
    public var exitCode: Int32 {
        switch self {
        case .usage: 2
        case .unreachable: 3
        }
    }

    /// In words, for people.
    public var description: String {
        switch self {
        case .usage(let message), .unreachable(let message): message
        }
    }

    init(_ error: LabError) {
        switch error {
        case .balancer(let error): self.init(error)
        case .nodesUnfit: self = .usage("\(error)")
        case .nodeUnreachable, .faultRefused, .frontUnreachable, .notOurNodes, .notStarted:
            self = .unreachable("\(error)")
        }
    }

    init(_ error: BalancerError) {
        switch error {
        case .notInstalled, .invalidAddress, .addressInUse, .workDirectory, .configurationRefused:
            self = .usage("\(error)")
        case .commandTimedOut, .endedEarly, .notAccepting, .cancelled: self = .unreachable("\(error)")
        }
    }
}
