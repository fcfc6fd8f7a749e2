import Lab
import NIOPosix
import ReferenceNode
import Wire

/// Makes nodes whole again that a run left broken, or that somebody broke by hand.
public struct NodeHealing: Sendable {
    private let controls: [Endpoint]
    private let token: ControlToken?

    /// What became of one node.
    public struct Outcome: Sendable, Hashable {
        /// In a line, for people.
        public var description: String
        /// Whether it is whole now.
        public var isHealed: Bool
    }

    /// Prepares to heal the nodes at these control addresses.
    ///
    /// - Parameter tokenFile: the file with the token that the nodes were started with; nil for none.
    /// - Throws: ``VerificationError/usage(_:)`` if an address or the token is wrong.
    public init(controls: [String], tokenFile: String? = nil) throws(VerificationError) {
        do {
            self.controls = try controls.map { try Endpoint(parsing: $0) }
        } catch {
            throw .usage("\(error)")
        }
        token = try ControlToken(ofFile: tokenFile)
    }

    /// Heals every node that can be reached, of whatever it has; a run that still goes on there ends with an error.
    public func run() async -> [Outcome] {
        var outcomes: [Outcome] = []
        for control in controls { outcomes.append(await heal(control)) }
        return outcomes
    }

    private func heal(_ control: Endpoint) async -> Outcome {
        do {
            let address = try await NIOThreadPool.singleton.runIfActive { try control.socketAddress() }
            let node = try await NodeRemote.attach(
                Endpoint(address) ?? control, token: token, on: MultiThreadedEventLoopGroup.singleton.next())
            let healed = try await node.healAll()
            let what = healed.isEmpty ? "nothing to heal" : "healed \(healed.map(\.rawValue).joined(separator: ", "))"
            return Outcome(description: "\(node.nodeID) at \(control): \(what)", isHealed: true)
        } catch {
            return Outcome(description: "\(control): \(error)", isHealed: false)
        }
    }
}
