import Clocks
package import History

/// What a fault of a node cost the clients, whatever the verdict: information, judged by nobody.
package struct FaultEffect: Codable, Sendable, Hashable {
    /// The fault.
    package var fault: FaultKind
    /// The node.
    package var nodeID: String
    /// Requests that ended while the fault lasted.
    package var requests: Int
    /// Those of them that got no answer, or an error of the balancer's own.
    package var failedRequests: Int
    /// From the fault to the end of the last request that failed, in seconds; 0 where none did.
    package var outageSeconds: Double

    /// What a fault cost.
    package init(fault: FaultKind, nodeID: String, requests: Int, failedRequests: Int, outageSeconds: Double) {
        self.fault = fault
        self.nodeID = nodeID
        self.requests = requests
        self.failedRequests = failedRequests
        self.outageSeconds = outageSeconds
    }
}

extension FaultEffect: CustomStringConvertible {
    /// In a few words: "kill of n2: 3 of 41 requests failed, the last 0.4 s after it".
    package var description: String {
        "\(fault) of \(nodeID): \(failedRequests) of \(requests) requests failed"
            + (failedRequests == 0 ? "" : ", the last \(Duration.seconds(outageSeconds).inWords) after it")
    }
}

extension HistoryView {
    /// What each fault cost that took a node away behind the balancer while another one was there, in their order.
    package var faultEffects: [FaultEffect] {
        let behind = phase(RunPhase.balancer)
        let exchanges = behind.exchanges
        let outages = behind.outages
        let cast = Set(events.compactMap { if case .node(let id) = $0.actor { id } else { nil } })
        return outages.compactMap { outage in
            let away = Set(outages.filter { $0.overlaps(outage) }.map(\.fault.nodeID))
            guard away.count < cast.count else { return nil }
            let during = exchanges.filter { $0.endedAt.map(outage.contains) ?? false }
            let failed = during.filter(\.isUnserved)
            let last = failed.compactMap(\.endedAt).max()
            return FaultEffect(
                fault: outage.fault.fault, nodeID: outage.fault.nodeID, requests: during.count,
                failedRequests: failed.count, outageSeconds: last.map { ($0 - outage.from).inSeconds } ?? 0)
        }
    }

    private var outages: [Outage] {
        events.enumerated().compactMap { index, event in
            guard case .faultInjected(let fault) = event.kind, fault.fault.takesNodeAway else { return nil }
            let healed = events[index...].first { $0.kind == .faultHealed(fault) }?.time
            return Outage(fault: fault, from: event.time, to: healed)
        }
    }
}

/// A stretch of time in which a node answered nothing; to the end of the history without an end of its own.
private struct Outage {
    var fault: Fault
    var from: HistoryTime
    var to: HistoryTime?

    func contains(_ time: HistoryTime) -> Bool { time >= from && to.map { time <= $0 } ?? true }

    func overlaps(_ other: Outage) -> Bool {
        (to.map { other.from <= $0 } ?? true) && (other.to.map { from <= $0 } ?? true)
    }
}

extension Exchange {
    /// Whether no node answered it: no answer, or an error that is the balancer's own.
    fileprivate var isUnserved: Bool {
        switch outcome {
        case .failed(let failed): failed.failure != .exhausted
        case .response(let response): response.nodeID == nil && response.status >= 500
        case .pending: false
        }
    }
}
