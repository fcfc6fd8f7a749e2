import Clocks
import Foundation
import History
import NIOCore
import ReferenceNode
import Synchronization
import Wire

/// The leases of one run on nodes that others can reach too: while it lives no second run breaks them, and when it dies
/// they heal by themselves.
final class NodeLeases: Sendable {
    /// How long a node waits for a renewal.
    private static let length = Duration.seconds(20)
    private static let renewal = Duration.seconds(5)

    private let nodes: [NodeRemote]
    private let renewing: Task<Void, Never>

    private init(_ nodes: [NodeRemote]) {
        self.nodes = nodes
        renewing = Task {
            // Ends when the pause is cancelled; the times between renewals are the protocol's.
            while (try? await MonotonicClock().sleep(for: Self.renewal)) != nil {
                for node in nodes { await node.renewLease(of: Self.length) }
            }
        }
    }

    /// Takes a lease on every node or on none.
    static func take(_ nodes: [NodeRemote]) async throws(LabError) -> NodeLeases {
        var taken: [NodeRemote] = []
        do throws(LabError) {
            for node in nodes {
                try await node.takeLease(holder: holder, length: length)
                taken.append(node)
            }
        } catch {
            for node in taken { await node.endLease() }
            throw error
        }
        return NodeLeases(nodes)
    }

    /// Gives every node back; each heals the faults of this run that are left.
    func end() async {
        renewing.cancel()
        await renewing.value
        for node in nodes { await node.endLease() }
    }

    private static var holder: String {
        let process = ProcessInfo.processInfo
        return "the run of process \(process.processIdentifier) on \(process.hostName)"
    }
}

/// What a node's handle knows of its lease.
final class LeaseState: Sendable {
    private enum Value: Sendable {
        case none
        case held(id: String, until: MonotonicClock.Instant)
        case lost(String)
    }

    private let value = Mutex(Value.none)

    /// The id; nil without a lease. Throws if there was one and it is no longer ours.
    func id(of node: NodeRemote) throws(LabError) -> String? {
        switch value.withLock({ $0 }) {
        case .none: return nil
        case .held(let id, _): return id
        case .lost(let reason): throw .leaseLost(node: node.nodeID, reason: reason)
        }
    }

    func hold(_ id: String, until: MonotonicClock.Instant) { value.withLock { $0 = .held(id: id, until: until) } }
    func lose(_ reason: String) { value.withLock { $0 = .lost(reason) } }

    /// The id of the lease to end; there is none from then on.
    func release() -> String? {
        value.withLock { value in
            defer { value = .none }
            if case .held(let id, _) = value { return id }
            return nil
        }
    }

    /// The id of the lease to renew, and when it ends if that fails.
    var renewable: (id: String, until: MonotonicClock.Instant)? {
        value.withLock { if case .held(let id, let until) = $0 { (id, until) } else { nil } }
    }
}

extension NodeRemote {
    /// Takes the node for a run; refused if another has it.
    func takeLease(holder: String, length: Duration) async throws(LabError) {
        let body = try encode(
            LeaseRequest(holder: holder, milliseconds: Int(length.wholeNanoseconds / 1_000_000)))
        let asked = MonotonicClock.now
        let response = try await call("POST", "/lease", body: body)
        let answer = try decode(LeaseRecord.self, response)
        guard let id = answer.lease else {
            throw .nodeInUse(
                node: nodeID,
                by: "\(answer.holder.prefix(200)), which took it \(answer.heldSeconds) s ago and has it for another "
                    + "\(answer.endsInSeconds) s at least",
                heal: healCommand)
        }
        lease.hold(id, until: asked + length)
    }

    /// Renews the lease; if the node has ended it, what it does from now on is no longer believed.
    func renewLease(of length: Duration) async {
        guard let held = lease.renewable else { return }
        let asked = MonotonicClock.now
        do throws(LabError) {
            let response = try await callToTheEnd("POST", "/lease/\(held.id)", body: "{}")
            switch response.status {
            case 200: lease.hold(held.id, until: asked + length)
            case 410:
                lease.lose(
                    "its lease was not renewed in time, it was ended by `stickler heal`, or the node was started anew; "
                        + "run it again")
            default: lease.lose("it answered \(response.status) to the renewal of the lease; was it started anew?")
            }
        } catch {
            // Asked again soon, unless the node has ended the lease by then.
            if .now > held.until { lease.lose("its lease could not be renewed: \(error)") }
        }
    }

    /// Gives the node back, if it is ours.
    func endLease() async {
        guard let id = lease.release() else { return }
        // A node that can't be told ends the lease by itself.
        _ = try? await callToTheEnd("DELETE", "/lease/\(id)")
    }
}
