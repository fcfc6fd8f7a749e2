import History

/// What a fault of a node cost the clients, whatever the verdict: information, judged by nobody.
public struct FaultEffect: Codable, Sendable, Hashable {
    /// The fault, as the control plane names it.
    public var fault: String
    /// The node.
    public var nodeID: String
    /// Requests that ended while the fault lasted.
    public var requests: Int
    /// Those of them that got no answer, or an error of the balancer's own.
    public var failedRequests: Int
    /// From the fault to the end of the last request that failed, in seconds; 0 where none did.
    public var outageSeconds: Double
}

extension FaultEffect: CustomStringConvertible {
    /// In a few words: "kill of n2: 3 of 41 requests failed, the last 0.4 s after it".
    public var description: String {
        "\(fault) of \(nodeID): \(failedRequests) of \(requests) requests failed"
            + (failedRequests == 0 ? "" : ", the last \(Duration.seconds(outageSeconds).inWords) after it")
    }
}

extension RunHistory {
    /// What each fault cost that was injected behind the balancer, in the order of the faults.
    public var faultEffects: [FaultEffect] {
        let behind = phase(RunPhase.balancer)
        let exchanges = behind.exchanges
        return behind.events.compactMap { event in
            guard case .faultInjected(let fault) = event.kind else { return nil }
            let healed = behind.events.first {
                guard case .faultHealed(let healed) = $0.kind else { return false }
                return healed == fault && $0.time >= event.time
            }?.time
            let during = exchanges.filter { exchange in
                guard let ended = exchange.endedAt else { return false }
                return ended >= event.time && healed.map { ended <= $0 } ?? true
            }
            let failed = during.filter(\.isUnserved)
            let last = failed.compactMap(\.endedAt).max()
            return FaultEffect(
                fault: fault.fault, nodeID: fault.nodeID, requests: during.count, failedRequests: failed.count,
                outageSeconds: last.map { ($0 - event.time).inSeconds } ?? 0)
        }
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
