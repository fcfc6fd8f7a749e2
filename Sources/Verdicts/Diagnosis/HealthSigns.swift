import Claims
import History

extension Sign {
    /// How long a dead node may be believed in: longer than any sensible check takes to notice.
    private static let notice = Duration.seconds(4)

    /// Requests that a balancer still sent to a node long after it was killed, and answered for it.
    static func health(_ scene: Scene) -> [Sign] {
        for event in scene.history.events {
            guard case .faultInjected(let fault) = event.kind, fault.fault == .kill else { continue }
            let healed = scene.history.events.first {
                guard case .faultHealed(let other) = $0.kind else { return false }
                return other == fault && $0.time > event.time
            }?.time
            let others = scene.history.events.contains {
                guard case .faultInjected(let other) = $0.kind else { return false }
                return other.fault == .kill && other.nodeID != fault.nodeID
            }
            // With more than one node down there may be nowhere else to go.
            if others { return [] }
            let late = scene.exchanges.filter { exchange in
                exchange.sentAt > event.time + notice && healed.map { exchange.sentAt < $0 } ?? true
                    && exchange.response.map { $0.nodeID == nil && [502, 503, 504].contains($0.status) } ?? false
            }
            guard let first = late.first else { continue }
            return [
                Sign(
                    .healthView,
                    "\(fault.nodeID) had been down for \((first.sentAt - event.time).components.seconds) s, and the "
                        + "balancer still sent requests to it and answered \(first.response?.status ?? 0)",
                    evidence: [scene.history.evidence(event)] + late.prefix(2).map(scene.history.evidence))
            ]
        }
        return []
    }
}
