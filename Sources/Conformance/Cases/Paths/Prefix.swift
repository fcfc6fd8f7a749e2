import Clocks
import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `paths/prefix`
    static let pathsPrefix = ConformanceCase(
        CaseDescription(
            id: "paths/prefix", title: "An app below a path is served there",
            features: [.pathPrefix, .pollingStickiness],
            proves:
                "Below /app, as with ROOT_URL=http://host/app, SockJS info comes from a node, SockJS and DDP run over a "
                + "WebSocket, each polling session keeps to one node, and nodes see the path that was sent.",
            findings: [.pathAltered, .pathNotServed, .sessionNotOpened, .sessionMoved, .requestFailed]),
        workload: { stage in
            await stage.client().request("GET", "\(prefix)/sockjs/info", RequestPlan(label: infoLabel))
            await carrySockJS(stage)
            await carryDDP(stage)
            var live = await forAll((0..<sessionCount).map { _ in stage.client() }) { client in
                await PollingSessions.open(client, service: service)
            }.compactMap { $0 }
            for round in 1...3 {
                let outcomes = await forAll(live) { await PollingSessions.exchange($0, number: round) }
                live = zip(live, outcomes).filter(\.1).map(\.0)
            }
        },
        judge: judgePrefix)
}

private let prefix = "/app"
private let service = prefix + PollingSessions.service
private let infoLabel = RequestLabel("prefixed-info")
private let ddpStep = "prefixed-ddp"
/// All on one node of three by chance in 1 run of 170 000.
private let sessionCount = 12

private func carrySockJS(_ stage: CaseStage) async {
    let client = stage.client()
    let opened = await WebSocketCarrier.open(
        client, target: PollingSessions.path(for: client, service: service, .websocket).path, framing: .sockJS,
        session: client.nextSessionName(), within: CaseBudget.answer)
    guard case .success(let carrier) = opened else { return }
    _ = await PollingSessions.exchange(carrier, number: 1, within: CaseBudget.answer)
    await carrier.close()
}

private func carryDDP(_ stage: CaseStage) async {
    let client = stage.client()
    let session = client.nextSessionName()
    let opened = await WebSocketCarrier.open(
        client, target: "\(prefix)/websocket", framing: .raw, session: session, within: CaseBudget.answer)
    guard case .success(let carrier) = opened else { return }
    let started = MonotonicClock.now
    var outcome = "ok"
    do throws(DDPConnection.Failure) {
        _ = try await DDPConnection.connect(over: carrier, within: CaseBudget.answer)
    } catch {
        outcome = "\(error)"
    }
    let elapsed = (MonotonicClock.now - started).wholeNanoseconds / 1_000_000
    client.record(.scriptStep(ScriptStep(session: session, step: ddpStep, outcome: outcome, milliseconds: elapsed)))
    await carrier.close()
}

private func judgePrefix(_ history: HistoryView) -> Judgement {
    let exchanges = history.exchanges
    if let bench = history.bench, !bench.isOwn, bench.pathPrefix.isEmpty, !exchanges.isEmpty,
        exchanges.allSatisfy(\.executions.isEmpty)
    {
        return Judgement(
            observations: 0,
            unobservable:
                "no node of ours was asked for anything below \(prefix), for which a balancer that already ran may "
                + "have other plans; verify the URL with the path below which the app is served")
    }
    return Judgement.joining(
        judgeInfo(history, exchanges), judgePaths(history, exchanges), judgeTunnels(history, exchanges),
        OpenedSessionsChecker(least: sessionCount).judge(history), StickinessChecker().judge(history))
}

private func judgeInfo(_ history: HistoryView, _ exchanges: [Exchange]) -> Judgement {
    var judgement = Judgement(observations: 0)
    for exchange in exchanges where exchange.sent.label == infoLabel && exchange.endedAt != nil {
        judgement.observations += 1
        // An app that is not there often answers 200 with a page.
        let isInfo = exchange.response.map { (try? SockJSInfo(parsing: $0.body)) != nil && $0.status == 200 } ?? false
        if isInfo, !exchange.executions.isEmpty { continue }
        judgement.findings.append(
            Finding(
                .pathNotServed, "\(exchange.sent.target) is no SockJS info of a node",
                evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
    }
    return judgement
}

private func judgePaths(_ history: HistoryView, _ exchanges: [Exchange]) -> Judgement {
    var judgement = Judgement(observations: 0)
    // Where the target has a path of its own its nodes need not know it.
    let own = history.bench?.pathPrefix ?? ""
    for exchange in exchanges {
        guard let execution = exchange.executions.first else { continue }
        judgement.observations += 1
        let (sent, seen) = (exchange.sent.target, execution.request.target)
        if seen == sent || sent.hasPrefix(own) && seen == sent.dropFirst(own.count) { continue }
        guard judgement.findings.count < StickinessChecker.findingLimit else { continue }
        judgement.findings.append(
            Finding(
                .pathAltered, "\(exchange.sent.method) \(sent) reached \(execution.nodeID) as \(seen)",
                evidence: [history.evidence(exchange)]))
    }
    return judgement
}

/// Every upgrade is answered 101, and what follows comes back.
private func judgeTunnels(_ history: HistoryView, _ exchanges: [Exchange]) -> Judgement {
    var judgement = UpgradeChecker(code: .sessionNotOpened).judge(history)
    var carried: Set<String> = []
    for event in history.events {
        switch event.kind {
        case .messageReceived(let message) where message.number == 1: carried.insert(message.session)
        case .scriptStep(let step) where step.step == ddpStep && step.outcome == "ok": carried.insert(step.session)
        default: break
        }
    }
    for exchange in exchanges where exchange.sent.label == RequestLabel.upgrade && exchange.response?.status == 101 {
        judgement.observations += 1
        guard !carried.contains(exchange.sent.session ?? "") else { continue }
        judgement.findings.append(
            Finding(
                .pathNotServed, "the tunnel of \(exchange.sent.target) carried nothing back",
                evidence: [history.evidence(exchange)], deadline: exchange.endedAt.map { $0...($0 + CaseBudget.answer) }
            ))
    }
    return judgement
}

extension FindingCode {
    /// A node saw another path than was asked for.
    static let pathAltered = FindingCode("path-altered", .path)
    /// A path of the app did not get to a node.
    static let pathNotServed = FindingCode("path-not-served", .path)
}
