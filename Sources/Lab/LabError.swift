package import Balancers

/// Why a bench could not be set up or did not obey.
package enum LabError: Error, Sendable, CustomStringConvertible {
    /// The control address of a node does not answer.
    case nodeUnreachable(address: String, reason: String)
    /// The node asks for a token, and none or another one was given.
    case tokenRefused(address: String, wasGiven: Bool)
    /// Another run has the node.
    case nodeInUse(node: String, by: String, heal: String)
    /// The node no longer is ours in the middle of a run.
    case leaseLost(node: String, reason: String)
    /// A node refused a fault or its healing.
    case faultRefused(node: String, fault: String, reason: String)
    /// Two of the nodes given bear one id, or there are too few.
    case nodesUnfit(String)
    /// The name of the front or of a node can't be resolved.
    case unresolved(String)
    /// What answers at the front is none of the nodes.
    case front(FrontProblem)
    /// The balancer could not be started.
    case balancer(BalancerError)
    /// Nothing tells how the balancer does this.
    case verbUnknown(String)
    /// The balancer did not do it.
    case operationFailed(verb: String, reason: String)
    /// A part of ours could not be started.
    case notStarted(String)

    /// In words, for people.
    package var description: String {
        switch self {
        case .nodeUnreachable(let address, let reason):
            "no node answers at control address \(address) (\(reason)); start it with: "
                + "stickler node --listen HOST:PORT --control \(address)"
        case .tokenRefused(let address, let wasGiven):
            (wasGiven
                ? "the node at \(address) was started with another token; "
                : "the node at \(address) was started with --token-file and asks for its token; ")
                + "give the same file here: --token-file FILE"
        case .nodeInUse(let node, let holder, let heal):
            "node \(node) is in use by \(holder); wait until that run has ended, or, if it will not, take the node from "
                + "it with: \(heal)"
        case .leaseLost(let node, let reason):
            "node \(node) no longer is this run's, and what it did since proves nothing: \(reason)"
        case .faultRefused(let node, let fault, let reason):
            "node \(node) did not take the fault \(fault): \(reason)"
        case .nodesUnfit(let reason): reason
        case .unresolved(let reason): "\(reason); is the name right, and known to this machine?"
        case .front(let problem): problem.description
        case .balancer(let error): "\(error)"
        case .verbUnknown(let verb): "nothing tells how this balancer does \(verb)"
        case .operationFailed(let verb, let reason): "the balancer did not \(verb): \(reason)"
        case .notStarted(let reason): reason
        }
    }
}

extension LabError {
    /// Whether something of ours stands behind a balancer that doesn't let us through to it.
    package var isSilence: Bool {
        switch self {
        case .front: true
        default: false
        }
    }
}
