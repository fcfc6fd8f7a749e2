import Claims
public import History

/// Every poll and send of a session succeeds.
public struct FailedRequestChecker: HistoryChecker {
    /// Labels of the requests that must succeed.
    public var labels: Set<RequestLabel>

    /// A checker of requests with these labels.
    public init(labels: Set<RequestLabel> = [.poll, .send]) { self.labels = labels }

    /// Judges the requests; success is no observation by itself.
    public func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        for exchange in history.exchanges where labels.contains(exchange.sent.label) {
            let came: String
            switch exchange.outcome {
            case .response(let response) where response.status == 200 || response.status == 204: continue
            case .response(let response): came = "status \(response.status)"
            case .failed(let failed): came = failed.detail
            case .pending: continue
            }
            judgement.findings.append(
                Finding(
                    .requestFailed, "\(exchange.sent.label) of session \(exchange.sent.session ?? "?") failed: \(came)",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        return judgement
    }
}

extension FindingCode {
    /// A request got no answer, or one that no node gave.
    public static let requestFailed = FindingCode("request-failed", .unexplained)
}
