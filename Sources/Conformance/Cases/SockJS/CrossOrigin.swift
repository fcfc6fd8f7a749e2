import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `sockjs/cors`
    static let sockJSCrossOrigin = ConformanceCase(
        CaseDescription(
            id: "sockjs/cors", title: "Answers to other origins arrive as the node sent them",
            features: [.answerTransparency],
            proves: "Polls, sends and preflight requests of a page of another origin are answered with the node's own "
                + "CORS fields, each of them once.",
            findings: [.corsAltered], hasControl: true),
        workload: { stage in
            for origin in origins {
                let client = stage.client()
                let path = sessionPath(for: client)
                for (method, transport, body) in [
                    ("OPTIONS", Transport.xhr, nil), ("POST", .xhr, nil), ("OPTIONS", .xhrSend, nil),
                    ("POST", .xhrSend, ClientMessages.encode(["x"])),
                ] {
                    await client.request(
                        method, path.on(transport).path, headers: fields(origin, method), body: body,
                        RequestPlan(label: label, session: origin))
                }
            }
        },
        judge: judgeCrossOrigin)

    /// `sockjs/cors-of-two-origins`
    static let sockJSTwoOrigins = ConformanceCase(
        CaseDescription(
            id: "sockjs/cors-of-two-origins", title: "An answer to one origin is not given to another",
            features: [.answerTransparency],
            proves:
                "Preflight requests for one URL from two origins in turn are each answered for their own origin, as "
                + "Vary: Origin demands (RFC 9110 §12.5.5).",
            findings: [.corsAltered], hasControl: true),
        workload: { stage in
            let client = stage.client()
            let path = sessionPath(for: client)
            for origin in origins + origins {
                await client.request(
                    "OPTIONS", path.path, headers: fields(origin, "OPTIONS"),
                    RequestPlan(label: label, session: origin))
            }
        },
        judge: judgeCrossOrigin)
}

private let origins = ["http://one.example", "http://two.example"]
private let label = RequestLabel("cross-origin")

private func sessionPath(for client: VirtualClient) -> SessionPath {
    client.draw {
        SessionPath(
            prefix: PollingSessions.service, server: SessionPath.randomServer(using: &$0),
            session: SessionPath.randomSession(using: &$0), transport: .xhr)
    }
}

private func fields(_ origin: String, _ method: String) -> [(name: String, value: String)] {
    let origin = [(name: "Origin", value: origin)]
    guard method == "OPTIONS" else { return origin + [(name: "Content-Type", value: "text/plain;charset=UTF-8")] }
    return origin + [
        (name: "Access-Control-Request-Method", value: "POST"),
        (name: "Access-Control-Request-Headers", value: "X-Requested-With"),
    ]
}

private func judgeCrossOrigin(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    for exchange in history.exchanges where exchange.sent.label == label {
        guard let origin = exchange.sent.session else { continue }
        judgement.observations += 1
        guard let response = exchange.response else {
            judgement.findings.append(
                Finding(
                    .corsAltered, "\(exchange.sent.method) \(exchange.sent.target) from \(origin) was not answered",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
            continue
        }
        var expected = [
            ("access-control-allow-origin", [origin]), ("access-control-allow-credentials", ["true"]),
            ("vary", ["Origin"]),
        ]
        if exchange.sent.method == "OPTIONS" {
            expected.append(("access-control-allow-headers", ["X-Requested-With"]))
        }
        for (name, values) in expected {
            let came = response.values(of: name)
            // A balancer that compresses adds a value of its own to Vary.
            let isKept = name == "vary" ? came.joined(separator: ",").lowercased().contains("origin") : came == values
            if isKept { continue }
            judgement.findings.append(
                Finding(
                    .corsAltered,
                    "\(exchange.sent.method) \(exchange.sent.target) from \(origin): the node answers \(name) "
                        + "\(values), the client saw \(came)",
                    evidence: [history.evidence(exchange)]))
        }
    }
    return judgement
}

extension FindingCode {
    /// What lets pages of other sites read an answer is not there, or twice.
    static let corsAltered = FindingCode("cors-altered", .rewriting, isCertain: true)
}
