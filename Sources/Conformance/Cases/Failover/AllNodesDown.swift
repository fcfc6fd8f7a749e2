import Clocks
import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `failover/all-nodes-down`
    static let failoverAllNodesDown = ConformanceCase(
        CaseDescription(
            id: "failover/all-nodes-down", title: "With all nodes down a client is told so, and served again after",
            features: [.killFailover],
            proves:
                "While no node lives, a GET, a POST and an upgrade are each answered 502, 503 or 504 within 6 s, or by the "
                + "end of the connection where the balancer passes on bytes and can't answer; one whose connection ends "
                + "as the balancer marks a node down is asked again; "
                + "within 15 s of the nodes' return every client is served.",
            findings: [.noAnswerWhenDown, .wrongStatusWhenDown, .notRecovered], schedule: .alone(seconds: 1)),
        workload: { stage in
            let clients = (0..<4).map { _ in stage.client() }
            _ = await forAll(clients) { await $0.request("GET", "/whoami", RequestPlan(label: RequestLabel("before"))) }
            await clients[0].sendLine("NO-REQUEST", label: noRequest)
            for node in stage.nodes { try await stage.inject(.kill, on: node) }
            let plan = RequestPlan(label: whileDown, limit: FaultClass.allDown.allowance)
            let tries = stage.nodes.count + 1
            _ = await forAll(clients) { client in
                await untilAnswered(tries) { await client.request("GET", "/whoami", plan) }
                await untilAnswered(tries) { await client.request("POST", "/echo/000/alldown1/xhr", plan) }
                await untilAnswered(tries) {
                    let (outcome, webSocket) = await client.upgrade("/echo/websocket", plan)
                    await webSocket?.abort()
                    return outcome
                }
            }
            for node in stage.nodes { try await stage.heal(.kill, on: node) }
            let deadline = MonotonicClock.now + FaultClass.allReturned.allowance
            _ = await forAll(clients) { client in
                while MonotonicClock.now < deadline {
                    let outcome = await client.request(
                        "GET", "/whoami", RequestPlan(label: afterHealing, limit: CaseBudget.attempt))
                    // A balancer may have a page of its own; only a node serves.
                    if outcome.status == 200, outcome.nodeID != nil { return }
                    // The pace of a client that retries.
                    guard (try? await client.pause(.milliseconds(200))) != nil else { return }
                }
            }
        },
        judge: { history in Judgement.joining(judgeDown(history), judgeRecovery(history)) })
}

/// What an HTTP proxy refuses by itself, and a balancer of TCP connections passes on to a node, which then answers.
private let noRequest = LiteralProbe.noRequest
private let whileDown = RequestLabel("while-down")
private let afterHealing = RequestLabel("after-healing")

/// Asks again where the connection was ended without an answer: a balancer may end what waits for a node at the moment
/// when it marks that node down (`on-marked-down shutdown-sessions` of HAProxy), so once for each node.
private func untilAnswered(_ tries: Int, _ ask: () async -> RequestOutcome) async {
    for _ in 0..<tries {
        guard case .failed(let failed) = await ask(), failed.failure == .closedEarly else { return }
    }
}

private func judgeDown(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let exchanges = history.exchanges
    let passesBytes = exchanges.contains { $0.sent.label == noRequest && $0.response?.nodeID != nil }
    for exchange in lastTries(exchanges.filter { $0.sent.label == whileDown }) {
        judgement.observations += 1
        // What a listener for WebSockets alone passes can't be asked by other requests; it may be bytes too.
        let isApart = history.bench?.hasWebSocketsApart == true && exchange.sent.host != history.bench?.host
        if passesBytes || isApart, [.closedEarly, .connectFailed].contains(exchange.failure?.failure) { continue }
        let what = "with all nodes down, \(exchange.sent.method) \(exchange.sent.target)"
        let line = [history.evidence(exchange)]
        if let response = exchange.response {
            guard ![502, 503, 504].contains(response.status) else { continue }
            judgement.findings.append(
                Finding(
                    .wrongStatusWhenDown, "\(what) was answered \(response.status), expected 502, 503 or 504",
                    evidence: line))
        } else {
            judgement.findings.append(
                Finding(
                    .noAnswerWhenDown,
                    "\(what) got no answer: \(exchange.failure?.detail ?? "none by the end of the run")",
                    evidence: line, deadline: exchange.missedDeadline))
        }
    }
    return judgement
}

/// The last exchange of each question of each client, in the order in which they were sent.
private func lastTries(_ exchanges: [Exchange]) -> [Exchange] {
    var asked: Set<[String]> = []
    return exchanges.reversed().filter { exchange in
        let path = String(exchange.sent.target.prefix { $0 != "?" })
        return asked.insert([exchange.client, exchange.sent.method, path]).inserted
    }.reversed()
}

private func judgeRecovery(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let tries = Dictionary(grouping: history.exchanges.filter { $0.sent.label == afterHealing }, by: \.client)
    for (client, tries) in tries.sorted(by: { $0.key < $1.key }) {
        judgement.observations += 1
        let isServed = tries.contains { exchange in
            exchange.response?.status == 200 && (exchange.response?.nodeID != nil || !exchange.executions.isEmpty)
        }
        guard !isServed, let first = tries.first else { continue }
        judgement.findings.append(
            Finding(
                .notRecovered,
                "\(client) was not served within \(FaultClass.allReturned.allowance.inWords) of the nodes' return",
                evidence: tries.suffix(2).map(history.evidence),
                deadline: first.sentAt...(first.sentAt + FaultClass.allReturned.allowance)))
    }
    return judgement
}

extension FindingCode {
    /// A request got no answer in time while all nodes were down.
    static let noAnswerWhenDown = FindingCode("no-answer-when-down", .failover, isCertain: true)
    /// While all nodes were down the answer was not one that clients try again after.
    static let wrongStatusWhenDown = FindingCode("wrong-status-when-down", .failover, isCertain: true)
}
