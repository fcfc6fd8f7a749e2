import Claims
import DDP
package import History

/// On each connection a subscription brings all its documents, each once, in order, and of the node that serves it.
///
/// It knows the node's publications `count`, whose documents are numbered, and `ticks`, whose document counts.
package struct SubscriptionChecker: HistoryChecker {
    /// How long a subscription may take until it is ready.
    package var patience: Duration

    /// A checker that waits so long for `ready`.
    package init(patience: Duration = .seconds(5)) { self.patience = patience }

    /// Judges each subscription on each connection on which it was sent; each is an observation, unless the connection
    /// ended or the client left too early to see it ready.
    package func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        for trace in history.ddpTraces {
            for connection in trace.connections {
                for subscription in trace.subscriptions {
                    guard let sent = subscription.sends.first(where: { $0.epoch == connection.epoch }) else { continue }
                    let place = Place(trace: trace, connection: connection, subscription: subscription, sent: sent)
                    if place.ready != nil || place.wasAwaited(patience) { judgement.observations += 1 }
                    if let finding = unready(place, history) ?? disorder(place, history) {
                        judgement.findings.append(finding)
                    }
                }
            }
        }
        return judgement
    }

    /// A subscription on one connection.
    private struct Place {
        var trace: DDPTrace
        var connection: DDPTrace.Connection
        var subscription: DDPTrace.Subscription
        var sent: DDPTrace.Moment

        var ready: DDPTrace.Moment? { subscription.readies.first { $0.epoch == connection.epoch } }
        var isEnded: Bool { subscription.ends.contains { $0.epoch == connection.epoch } }
        func wasAwaited(_ patience: Duration) -> Bool {
            trace.isWhole(connection.epoch) && (trace.stoppedAt.map { $0 >= sent.time + patience } ?? false)
        }
        var name: String { "\(subscription.name) of session \(trace.session) (connection \(connection.epoch))" }

        /// Its documents on this connection, in the order in which they came.
        func documents(_ collection: String) -> [(at: HistoryTime, id: String, fields: JSONObject, isNew: Bool)] {
            trace.documents.compactMap { document in
                guard document.moment.epoch == connection.epoch else { return nil }
                switch document.message {
                case .added(collection, let id, let fields): return (document.moment.time, id.wire, fields, true)
                case .changed(collection, let id, let fields, _): return (document.moment.time, id.wire, fields, false)
                default: return nil
                }
            }
        }
    }

    private func unready(_ place: Place, _ history: HistoryView) -> Finding? {
        guard place.ready == nil, !place.isEnded, place.wasAwaited(patience) else { return nil }
        return Finding(
            .subscriptionIncomplete, "\(place.name) never became ready",
            evidence: [history.evidence(at: place.sent.time, "it is sent")],
            deadline: place.sent.time...(place.sent.time + patience))
    }

    private func disorder(_ place: Place, _ history: HistoryView) -> Finding? {
        switch place.subscription.name {
        case "count": numbers(place, history)
        case "ticks": ticks(place, history)
        default: nil
        }
    }

    private func numbers(_ place: Place, _ history: HistoryView) -> Finding? {
        guard let ready = place.ready, let count = place.subscription.params.first?.integerValue else { return nil }
        let documents = place.documents("numbers")
        var seen: Set<String> = []
        for document in documents where document.isNew {
            guard seen.insert(document.id).inserted else {
                return Finding(
                    .messageDuplicated, "document \(document.id) for \(place.name) came twice",
                    evidence: [history.evidence(at: document.at, "it comes again")])
            }
        }
        let early = Set(documents.filter { $0.at <= ready.time }.map(\.id))
        let missing = (0..<min(count, 1_000)).filter { !early.contains(String($0)) }
        guard !missing.isEmpty else { return nil }
        return Finding(
            .subscriptionIncomplete,
            "\(place.name) was ready without \(missing.count) of its \(count) documents",
            evidence: [history.evidence(at: ready.time, "it is ready, without \(missing.prefix(8).map(String.init))")])
    }

    private func ticks(_ place: Place, _ history: HistoryView) -> Finding? {
        var fold = TickFold()
        /// The tick that passed another one over.
        var gapLine: [Evidence] = []
        func finding(_ violation: CounterViolation, _ line: [Evidence]) -> Finding {
            Finding(violation.code, violation.sentence(counter: place.name), evidence: line)
        }
        for document in place.documents("ticks") where document.id == place.subscription.id {
            let line = [history.evidence(at: document.at, "\(document.fields["n"]?.text ?? "no number") comes")]
            let boot = document.fields["bootID"]?.stringValue
            if let boot, let owner = place.connection.carrier.opened.bootID, boot != owner {
                return Finding(
                    .documentStale, "\(place.name) brought a document of boot \(boot), but \(owner) serves it",
                    evidence: line)
            }
            guard let number = document.fields["n"]?.integerValue else { continue }
            if let violation = fold.hear(number) {
                if case .skipped = violation, !gapLine.isEmpty { return finding(violation, gapLine) }
                return finding(violation, line)
            }
            if fold.isWaiting { gapLine = line }
        }
        return fold.drain().map { finding($0, gapLine) }
    }
}

extension FindingCode {
    /// A subscription that went on elsewhere lacks documents.
    public static let subscriptionIncomplete = FindingCode("subscription-incomplete", .rewriting)
    /// A client still has a document that its node does not publish.
    public static let documentStale = FindingCode("document-stale", .affinityNone)
}
