import Claims
import Fleet
import Foundation
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `sockjs/info`
    static let sockJSInfo = ConformanceCase(
        CaseDescription(
            id: "sockjs/info", title: "SockJS info arrives as the node sent it", features: [.pollingStickiness],
            proves:
                "GET /sockjs/info arrives as uncached JSON with the node's own CORS fields, for each of two origins "
                + "in turn, and is new each time.",
            findings: [.infoUnavailable, .infoAltered, .infoCached, .corsAltered], hasControl: true),
        workload: { stage in
            let client = stage.client()
            for origin in ["http://one.example", "http://two.example", "http://one.example"] {
                await client.request(
                    "GET", "/sockjs/info", headers: [("Origin", origin)],
                    RequestPlan(label: .info))
            }
        },
        judge: judgeInfo)
}

private func judgeInfo(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    var entropies: Set<UInt32> = []
    let exchanges = history.exchanges.filter { $0.sent.label == .info }
    for (exchange, origin) in zip(exchanges, ["http://one.example", "http://two.example", "http://one.example"]) {
        judgement.observations += 1
        func find(_ code: FindingCode, _ message: String) {
            judgement.findings.append(
                Finding(code, message, evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        guard let response = exchange.response, response.status == 200 else {
            find(.infoUnavailable, "GET \(exchange.sent.target) was not answered 200")
            continue
        }
        guard let info = try? SockJSInfo(parsing: response.body), let entropy = info.entropy else {
            find(.infoAltered, "the body of \(exchange.sent.target) is no SockJS info: \(response.body.prefix(80))")
            continue
        }
        if let place = info.baseURL, exchange.executions.isEmpty {
            judgement.unsupported =
                "the balancer answers info by itself, and sends clients to \(place.prefix(80)); no node's answer is to arrive"
            continue
        }
        if !entropies.insert(entropy).inserted || exchange.executions.isEmpty {
            find(.infoCached, "an answer of \(exchange.sent.target) was not made by a node for this request")
        }
        let origins = response.values(of: "access-control-allow-origin")
        let credentials = response.values(of: "access-control-allow-credentials")
        if origins != [origin] || credentials != ["true"] {
            find(
                .corsAltered,
                "to Origin \(origin) the node answers with it and with credentials, but Access-Control-Allow-Origin "
                    + "came as \(origins) and -Credentials as \(credentials)")
        }
        if !response.values(of: "cache-control").joined(separator: ",").contains("no-store") {
            find(.infoAltered, "Cache-Control came as \(response.values(of: "cache-control")), without no-store")
        }
    }
    return judgement
}

extension FindingCode {
    /// The SockJS info could not be had.
    static let infoUnavailable = FindingCode("info-unavailable", .rewriting)
    /// The SockJS info arrived changed.
    static let infoAltered = FindingCode("info-altered", .rewriting, isCertain: true)
    /// Two requests for the SockJS info brought the same entropy.
    static let infoCached = FindingCode("info-cached", .caching, isCertain: true)
}
