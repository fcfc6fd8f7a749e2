import Stickler

extension ConformanceCase {
    /// A shop that keeps carts in memory needs a visitor to stay on one node, whatever page it asks for.
    static let visitorStays = ConformanceCase(
        CaseDescription(
            id: "shop/visitor-stays", title: "A visitor stays on one node", features: [.clientAffinity],
            proves: "Ten pages that a visitor asks for in turn, each over a connection of its own, come from one node.",
            findings: [.visitorMoved]),
        workload: { stage in
            let visitor = stage.client("visitor")
            for number in 1...10 {
                await visitor.request("GET", "/?page=\(number)", RequestPlan(label: .page))
            }
        },
        judge: { history in
            let pages = history.exchanges.filter { $0.sent.label == .page && $0.response?.nodeID != nil }
            var judgement = Judgement(observations: max(0, pages.count - 1))
            guard let first = pages.first,
                let other = pages.first(where: { $0.response?.nodeID != first.response?.nodeID })
            else { return judgement }
            judgement.findings = [
                Finding(
                    .visitorMoved, "\(other.client) got two of its pages from different nodes",
                    evidence: [first, other].map(history.evidence))
            ]
            return judgement
        })
}

extension FindingCode {
    static let visitorMoved = FindingCode("visitor-moved", .affinityCookie)
}

extension RequestLabel {
    static let page = RequestLabel("page")
}
