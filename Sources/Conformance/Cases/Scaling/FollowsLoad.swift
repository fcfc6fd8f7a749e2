import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `scaling/follows-load`
    static let scalingFollowsLoad = ConformanceCase(
        CaseDescription(
            id: "scaling/follows-load", title: "Nodes join and leave with the load, and no session suffers by it",
            features: [.distribution, .pollingStickiness, .websocketUpgrade],
            proves:
                "Under more requests than the fewest nodes are to have, nodes join up to what the rule wants and get new "
                + "sessions; when the load ends, all but the fewest leave, each after its draining; sessions on nodes that "
                + "stay notice nothing, and those on a node that leaves live as long as that drains.",
            findings: [
                .scalingOffTarget, .scalingStaysLarge, .scalingCutsSessions, .scalingDisturbsOthers, .addedNodeUnused,
            ], schedule: .alone(seconds: 6), verbs: [.scale], awaits: "nodes to join and to leave"),
        workload: ScalingScene.play, judge: { GroupOfNodes($0)?.judgement ?? Judgement(observations: 0) })
}

/// A history of nodes that came and went with the load.
private struct GroupOfNodes {
    private let history: HistoryView
    private let rule: ScalingFacts
    private let limits: ScalingLimits
    private let additions: [HistoryView.OperationTrace]
    private let drains: [HistoryView.OperationTrace]
    private let removals: [HistoryView.OperationTrace]
    /// From the first request of the load to the end of its last one.
    private let loaded: ClosedRange<HistoryTime>
    /// Openings of its sessions.
    private let newcomers: [Exchange]

    /// Nil where nodes were not told to follow the load, or there was none.
    init?(_ history: HistoryView) {
        guard let rule = history.scalingRule, history.operations(.scale).first?.done != nil else { return nil }
        self.history = history
        self.rule = rule
        limits = ScalingLimits(rule, history.bench)
        (additions, drains) = (history.operations(.add), history.operations(.drain))
        removals = history.operations(.remove)
        let labels = history.sessionLabels
        let load = history.exchanges.filter { labels[$0.sent.session ?? ""] == ScalingScene.load }
        newcomers = load.filter { $0.sent.label == .pollOpen }
        guard let first = load.first?.sentAt, let last = load.compactMap(\.endedAt).max(), last > first else {
            return nil
        }
        loaded = first...last
    }

    var judgement: Judgement {
        var judgement = size
        judgement.findings += additions.compactMap(unused) + leftovers + removals.flatMap(cuts) + disturbances
        return judgement
    }

    // MARK: How many there are

    /// Requests a second under load.
    private var rate: Double {
        let answered = history.exchanges.count { loaded.contains($0.sentAt) && $0.response?.nodeID != nil }
        return Double(answered) / ((loaded.upperBound - loaded.lowerBound) / .seconds(1))
    }

    private var size: Judgement {
        // What is but little more than so many nodes are to have, the rule may take for less.
        let certain = rate / rule.target / 1.3
        let wanted = min(max(Int(min(certain.rounded(.up), Double(rule.maximum))), rule.minimum), rule.maximum)
        var (count, most, fewest) = (rule.minimum, rule.minimum, rule.minimum)
        let changes =
            additions.compactMap { one in one.done.map { (at: $0, by: 1) } } + removals.map { (at: $0.begun, by: -1) }
        for change in changes.sorted(by: { $0.at < $1.at }) {
            count += change.by
            (most, fewest) = (max(most, count), min(fewest, count))
        }
        let load = "\(Int(rate)) requests a second, of which each node is to have \(Int(rule.target))"
        let asked = history.exchanges.count { loaded.contains($0.sentAt) }
        var judgement = Judgement(observations: asked, notes: ["\(most) nodes at \(load)"])
        if wanted == rule.minimum, most == rule.minimum {
            judgement.doubt = "the load was but \(load)"
        } else if !removals.isEmpty, removals.allSatisfy({ sessions(of: $0).isEmpty }) {
            judgement.doubt = "no session was on a node that left"
        }
        if most < wanted || most > rule.maximum || fewest < rule.minimum {
            judgement.findings.append(
                Finding(
                    .scalingOffTarget,
                    "at \(load), \(wanted) nodes or more were wanted within \(limits.growth.inWords), never more than "
                        + "\(rule.maximum) nor fewer than \(rule.minimum); there were \(fewest) to \(most)",
                    evidence: history.exchanges.filter { loaded.contains($0.sentAt) }.suffix(2).map(history.evidence),
                    deadline: most < wanted ? loaded : nil))
        }
        return judgement
    }

    /// Nodes that ought to have left.
    private var leftovers: [Finding] {
        let left = Set(removals.filter { $0.done != nil }.compactMap(\.nodeID))
        let stayed = additions.compactMap(\.nodeID).filter { !left.contains($0) }
        guard !stayed.isEmpty else { return [] }
        let limit = limits.shrinkage(by: rule.maximum - rule.minimum)
        return [
            Finding(
                .scalingStaysLarge,
                "\(stayed.joined(separator: ", ")) had not left \(limit.inWords) after the load had ended, though "
                    + "\(rule.minimum) nodes are enough",
                evidence: history.exchanges.filter { $0.sentAt > loaded.upperBound }.suffix(2).map(history.evidence),
                deadline: loaded.upperBound...(loaded.upperBound + limit))
        ]
    }

    // MARK: Sessions

    /// A node that joined and got nothing.
    private func unused(_ addition: HistoryView.OperationTrace) -> Finding? {
        // It may get one before whoever added it is told that it is there. The load goes on until each had one.
        let after = newcomers.filter { $0.sentAt >= addition.begun }
        guard let node = addition.nodeID, let first = after.first?.sentAt,
            // Fewer may all have their turns on other nodes.
            after.count >= rule.maximum,
            !after.contains(where: { $0.response?.nodeID == node })
        else { return nil }
        return Finding(
            .addedNodeUnused, "none of \(after.count) new sessions under load landed on \(node), which had joined",
            evidence: after.suffix(2).map(history.evidence), deadline: first...max(first, loaded.upperBound))
    }

    /// Sessions of a node when it was first told to leave.
    private func sessions(of removal: HistoryView.OperationTrace) -> [SessionTrace] {
        let told = drains.last { $0.nodeID == removal.nodeID } ?? removal
        return history.soundTraces(at: told.begun).filter { $0.opened.nodeID == removal.nodeID }
    }

    /// Sessions of a node that left which it did not keep as long as it was to drain.
    private func cuts(_ removal: HistoryView.OperationTrace) -> [Finding] {
        guard let node = removal.nodeID else { return [] }
        let drain = drains.last { $0.nodeID == node }
        let own = sessions(of: removal)
        let limit = Duration.milliseconds(rule.drainMilliseconds)
        let drained = drain.map { removal.begun - $0.begun } ?? .zero
        let lived = drained < limit ? own.filter { ($0.closedAt ?? removal.begun) >= removal.begun } : []
        let early = lived.prefix(1).map { trace in
            Finding(
                .scalingCutsSessions,
                "\(node) was taken out with \(lived.count) live sessions after it had drained for \(drained.inWords); it "
                    + "keeps them for \(limit.inWords)",
                evidence: history.exchanges(of: trace.opened.session).suffix(2).map(history.evidence))
        }
        return early
            + own.compactMap { hurt($0, before: removal.begun, on: node) }.prefix(StickinessChecker.findingLimit)
    }

    /// What went wrong in a session of a node that was yet to be taken out.
    private func hurt(_ trace: SessionTrace, before end: HistoryTime, on node: String) -> Finding? {
        let session = trace.opened.session
        let requests = history.exchanges(of: session).filter { $0.endedAt.map { $0 < end } ?? false }
        let astray = requests.first { request in
            guard [.poll, .send].contains(request.sent.label), trace.closedAt.map({ request.sentAt < $0 }) ?? true
            else { return false }
            return request.response.map { $0.nodeID != node || $0.status >= 400 } ?? false
        }
        let isEnded = trace.closed.map { $0.cause != .client } ?? false && trace.closedAt.map { $0 < end } ?? false
        guard astray != nil || isEnded else { return nil }
        return Finding(
            .scalingCutsSessions, "session \(session) did not go on while its node \(node) drained",
            evidence: (astray.map { [$0] } ?? requests.suffix(1)).map(history.evidence))
    }

    /// What went wrong on nodes that stay.
    private var disturbances: [Finding] {
        let gone = Set((drains + removals).compactMap(\.nodeID))
        let moments = [additions.first?.begun, (drains + removals).map(\.begun).min()].compactMap { $0 }
        let traces = moments.flatMap(history.soundTraces).filter { trace in
            trace.opened.nodeID.map { !gone.contains($0) } ?? false
        }
        return history.disturbances(
            of: Set(traces.map(\.opened.session)), as: .scalingDisturbsOthers,
            "a session on a node that stays did not go on when others came and left")
    }
}

extension HistoryView {
    /// By what rule nodes join and leave with the load; nil where they don't.
    fileprivate var scalingRule: ScalingFacts? {
        for event in events {
            if case .operationBegun(let operation) = event.kind, let rule = operation.rule { return rule }
        }
        return nil
    }
}

extension FindingCode {
    /// There were fewer nodes than the load wanted, more than the most or fewer than the fewest.
    static let scalingOffTarget = FindingCode("scaling-off-target", .scaling)
    /// Nodes did not leave when the load had ended.
    static let scalingStaysLarge = FindingCode("scaling-stays-large", .scaling)
    /// A session did not live as long as its node was to drain.
    static let scalingCutsSessions = FindingCode("scaling-cuts-sessions", .scaling)
    /// A session on a node that stays was moved or lost when others came and left.
    static let scalingDisturbsOthers = FindingCode(
        "scaling-disturbs-others", .scaling, followsFrom: .affinityNone)
}
