import Claims
import Fleet
import History
import SockJS
import Verdicts

/// Clients that ask for sockets of an endpoint that there is not, at a balancer whose info names endpoints in URLs: each is
/// to be refused, or to keep to one node.
enum ForgedEndpoint {
    static let info = RequestLabel("info-of-endpoints")
    static let request = RequestLabel("request-of-unknown-endpoint")

    /// As long as the hash of an endpoint, and nobody's.
    private static let hash = String(repeating: "0f", count: 20)
    private static let hashLength = 40

    /// Asks for them, below what the info names, or below what `meteorhacks:cluster` would name.
    static func run(_ stage: CaseStage) async {
        let scout = stage.client("scout")
        let outcome = await scout.request("GET", "/sockjs/info", RequestPlan(label: info))
        var base = "/cluster-ddp/\(hash)/web"
        if case .response(let response, _) = outcome, let named = forged(response.body, at: scout.target.host) {
            base = named
        }
        _ = await forAll((0..<clientCount).map { _ in stage.client("forger") }) { [base] client in
            let path = PollingSessions.path(for: client, service: base, .xhrSend).path
            for _ in 0..<requestCount {
                await client.request("POST", path, body: "[\"x\"]", RequestPlan(label: request))
            }
        }
    }

    private static let clientCount = 4
    /// A client stays on one node of three by chance in 1 of 81 runs, all of them in 1 of 40 million.
    private static let requestCount = 5

    /// The path of the base URL in an info of this host, with another hash; nil where it names no endpoint here.
    private static func forged(_ text: String, at host: String) -> String? {
        guard let base = (try? SockJSInfo(parsing: text))?.baseURL, let start = base.firstRange(of: "//\(host)/") else {
            return nil
        }
        let words = base[start.upperBound...].split(separator: "/", omittingEmptySubsequences: false)
        guard let place = words.firstIndex(where: isHash) else { return nil }
        var forged = words.map(String.init)
        forged[place] = hash
        return "/" + forged.joined(separator: "/")
    }

    private static func isHash(_ word: Substring) -> Bool { word.count == hashLength && word.allSatisfy(\.isHexDigit) }

    /// Of a balancer whose info names no place, nothing is said.
    static func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        let exchanges = history.exchanges
        guard exchanges.contains(where: { $0.sent.label == info }),
            exchanges.contains(where: { $0.sent.label == request })
        else {
            judgement.doubt = "no socket of an endpoint that there is not was asked for"
            return judgement
        }
        let namesPlaces = exchanges.contains { exchange in
            exchange.sent.label == info
                && (exchange.response.flatMap { try? SockJSInfo(parsing: $0.body) })?.baseURL != nil
        }
        guard namesPlaces else { return judgement }
        for (_, asked) in Dictionary(grouping: exchanges.filter { $0.sent.label == request }, by: \.client)
            .sorted(by: { $0.key < $1.key })
        {
            judgement.observations += 1
            let reached = asked.map { ($0, $0.response?.nodeID ?? $0.executions.first?.nodeID) }
            guard let first = reached.first(where: { $0.1 != nil }),
                let other = reached.first(where: { $0.1 != nil && $0.1 != first.1 })
            else { continue }
            judgement.findings.append(
                Finding(
                    .unknownEndpointWanders,
                    "requests for an endpoint that there is not went to \(first.1 ?? "") and then to \(other.1 ?? "")",
                    evidence: [history.evidence(first.0), history.evidence(other.0)]))
        }
        return judgement
    }
}

extension FindingCode {
    /// Requests of one client at the URL of an endpoint that nobody knows went to several nodes.
    static let unknownEndpointWanders = FindingCode("unknown-endpoint-wanders", .affinityPath, isCertain: true)
}
