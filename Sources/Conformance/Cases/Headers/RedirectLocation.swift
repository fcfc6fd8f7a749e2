import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `headers/redirect-location`
    static let headersRedirectLocation = ConformanceCase(
        CaseDescription(
            id: "headers/redirect-location", title: "A redirect leads back through the balancer",
            features: [.answerTransparency, .hostNames],
            proves:
                "A redirect of the node to a path, or to a URL with the name that the client asked for, arrives with a "
                + "Location of that name, port and path, and of no other scheme than it had, https apart.",
            findings: [.locationAltered]),
        workload: { stage in
            let (client, path) = (stage.client(), "\(stage.facts.pathPrefix)\(place)")
            for location in [path, "http://\(stage.facts.host)\(path)"] {
                await client.request("GET", "/whoami?\(mark)\(location)", RequestPlan(label: label))
            }
        },
        judge: judgeLocations)
}

private let label = RequestLabel("redirect")
/// In the query, by which the node knows where to send its client.
private let mark = "location="
private let place = "/sockjs/elsewhere"

private func judgeLocations(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    for exchange in history.exchanges where exchange.sent.label == label {
        guard let response = exchange.response, response.nodeID != nil, let sent = asked(in: exchange.sent.target)
        else {
            judgement.doubt = "a redirect of a node did not arrive"
            continue
        }
        judgement.observations += 1
        let came = response.values(of: "location")
        if response.status == 302, came.count == 1, leads(came[0], to: sent, on: exchange.sent.host ?? "") { continue }
        judgement.findings.append(
            Finding(
                .locationAltered,
                "the node answered 302 with Location: \(sent), which arrived as \(response.status) with Location: "
                    + "\(came.joined(separator: ", ")): who follows it does not come back through the balancer",
                evidence: [history.evidence(exchange)]))
    }
    return judgement
}

/// The place that a target asks to be sent to.
private func asked(in target: String) -> String? {
    target.firstRange(of: mark).map { String(target[$0.upperBound...].prefix { $0 != "&" }) }
}

/// Whether a client that asked for this host gets to the same place by both.
private func leads(_ came: String, to sent: String, on host: String) -> Bool {
    let (came, sent) = (parts(came), parts(sent))
    guard came.path == sent.path else { return false }
    // A path alone keeps the origin.
    guard let origin = came.origin else { return true }
    return ["http", "https"].contains(origin.scheme) && name(origin.authority) == name(host)
}

private func parts(_ location: String) -> (origin: (scheme: String, authority: String)?, path: Substring) {
    guard let scheme = location.firstRange(of: "://") else { return (nil, location[...]) }
    let rest = location[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    return (
        (location[..<scheme.lowerBound].lowercased(), authority.lowercased()), rest.dropFirst(authority.count)
    )
}

/// A host and its port, but for the usual ones.
private func name(_ authority: String) -> String {
    let usual = [":80", ":443"].first { authority.hasSuffix($0) }
    return authority.dropLast(usual?.count ?? 0).lowercased()
}

extension FindingCode {
    /// A redirect of a node arrived with another place.
    static let locationAltered = FindingCode("location-altered", .rewriting, isCertain: true)
}
