package import Claims
package import History

extension HistoryView {
    /// Something that was done to the balancer.
    package struct OperationTrace: Sendable, Hashable {
        /// When it was asked for: from here on it may have been in force.
        package var begun: HistoryTime
        /// When it was in force; nil where that never came.
        package var done: HistoryTime?
        /// The node that it was about.
        package var nodeID: String?
    }

    /// What was done to the balancer by this verb, in order.
    package func operations(_ verb: Verb) -> [OperationTrace] {
        var traces: [OperationTrace] = []
        for event in events {
            switch event.kind {
            case .operationBegun(let operation) where operation.verb == verb:
                traces.append(OperationTrace(begun: event.time, nodeID: operation.nodeID))
            case .operationDone(let operation) where operation.verb == verb:
                if let last = traces.lastIndex(where: { $0.nodeID == operation.nodeID && $0.done == nil }) {
                    traces[last].done = event.time
                }
            default: break
            }
        }
        return traces
    }
}
