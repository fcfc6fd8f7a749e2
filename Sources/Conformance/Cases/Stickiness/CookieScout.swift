import Fleet
import History
import Lab
import Verdicts

/// A client that asks once, to learn by which cookies a balancer knows its clients.
enum CookieScout {
    static let label = RequestLabel("scout")

    /// The cookies that a new client holds after its first answer, and the node that gave it.
    static func run(_ stage: CaseStage) async -> (cookies: [CookieJar.Cookie], nodeID: String?) {
        let scout = stage.client("scout")
        let outcome = await scout.request("GET", "/whoami", RequestPlan(label: label))
        return (scout.cookies, outcome.nodeID)
    }

    /// What to say where no cookie was learnt, and so nothing could be asked with one.
    ///
    /// - Parameter purpose: what can't be done without a cookie of the balancer's.
    static func objection(in history: HistoryView, _ purpose: String) -> Judgement {
        var judgement = Judgement(observations: 0)
        let answer = history.exchanges.first { $0.sent.label == label }?.response
        if let set = answer?.values(of: "set-cookie").first {
            judgement.doubt = "the client kept no cookie, although one was set: \(set)"
        } else if answer?.nodeID == nil {
            judgement.doubt = "the request that should have brought the balancer's cookie was answered by no node"
        } else {
            judgement.unsupported = "the balancer sets no cookie, so \(purpose)"
        }
        return judgement
    }
}
