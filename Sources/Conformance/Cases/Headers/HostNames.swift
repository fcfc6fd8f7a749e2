import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `headers/host-names`
    static let headersHostNames = ConformanceCase(
        CaseDescription(
            id: "headers/host-names", title: "The app is served under each of its names",
            features: [.hostNames],
            proves:
                "A GET, a POST and an upgrade with any of two more values of Host are served like those with the first "
                + "one, and the node sees the name that was asked for.",
            findings: [.hostAltered, .hostRefused]),
        workload: { stage in
            // What a balancer that already runs does with names of ours says nothing about it.
            let names = [stage.facts.host] + (stage.facts.isForAnyName ? inventedNames : [])
            for name in names {
                let client = stage.client(host: name)
                let plan = RequestPlan(label: label)
                await client.request("GET", "/whoami", plan)
                await client.request("POST", "/whoami", plan)
                await client.upgrade("/echo/websocket", plan).webSocket?.abort()
            }
        },
        judge: judgeHosts)
}

private let label = RequestLabel("host-name")
private let inventedNames = ["one.example", "two.example"]

private func judgeHosts(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let exchanges = history.exchanges.filter { $0.sent.label == label }
    guard let bench = history.bench else {
        if !exchanges.isEmpty { judgement.doubt = "the history does not say under which name the balancer is known" }
        return judgement
    }
    for exchange in exchanges {
        guard let host = exchange.sent.host, exchange.endedAt != nil else { continue }
        let what = "\(exchange.sent.method) \(exchange.sent.target) with Host: \(host)"
        if let seen = exchange.executions.first {
            judgement.observations += 1
            let came = seen.request.values(of: "host")
            if came.map(name(of:)) == [name(of: host)] { continue }
            judgement.findings.append(
                Finding(
                    .hostAltered, "\(what) reached the node with Host \(came)", evidence: [history.evidence(exchange)]))
            continue
        }
        let isServedElsewhere = exchanges.contains { other in
            other.sent.host == bench.host && other.sent.method == exchange.sent.method
                && other.sent.path == exchange.sent.path && !other.executions.isEmpty
        }
        guard host != bench.host, isServedElsewhere else {
            judgement.doubt =
                "\(what) reached no node of ours\(host == bench.host ? "" : ", and none with the first name did")"
            continue
        }
        let came = exchange.response.map { "was answered \($0.status)" } ?? exchange.failure?.detail ?? "got no answer"
        judgement.findings.append(
            Finding(
                .hostRefused, "\(what) reached no node, unlike with Host: \(bench.host); it \(came)",
                evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
    }
    if !bench.isForAnyName, judgement.observations > 0 {
        judgement.unobservable =
            bench.isOwn
            ? "the site was given its name, and may rightly refuse others; verify each of its names in turn, with --host"
            : "the balancer already ran, and may rightly refuse names it was not asked for; verify each of its URLs in "
                + "turn, one for each name"
    }
    return judgement
}

/// A host without its port, which a proxy on another one may change.
private func name(of host: String) -> String {
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } : host.prefix { $0 != ":" }
    return name.lowercased()
}

extension FindingCode {
    /// A node saw another Host than was asked for.
    static let hostAltered = FindingCode("host-altered", .host, isCertain: true)
    /// A request under another name of the app was refused.
    static let hostRefused = FindingCode("host-refused", .host, isCertain: true)
}
