import Claims
public import History
import Testing
import Verdicts

@testable import Conformance

/// A history written down by hand for the judge of one case: each call is one event, at the moment the last `at` named.
struct JudgeHistory {
    private(set) var events: [HistoryEvent] = []
    private var milliseconds: Int64 = 0
    private var requests = 0
    private var named: Set<String> = []

    init(_ write: (inout JudgeHistory) -> Void = { _ in }) { write(&self) }

    var history: RunHistory { RunHistory(events: events) }

    /// Later events happen at this millisecond.
    mutating func at(_ milliseconds: Int64) { self.milliseconds = milliseconds }

    mutating func event(_ actor: HistoryActor, _ kind: HistoryEvent.Kind) {
        events.append(
            HistoryEvent(time: HistoryTime(nanoseconds: milliseconds * 1_000_000), actor: actor, kind: kind))
    }

    mutating func front(_ host: String = "h:1", pathPrefix: String = "", isOwn: Bool = true, faults: FaultClaims? = nil)
    {
        event(.lab, .bench(BenchFacts(host: host, pathPrefix: pathPrefix, isOwn: isOwn, faultClaims: faults)))
    }

    /// What becomes of a request at a node.
    struct Execution {
        var node = "n1"
        var target: String?
        var headers: [[String]] = []
    }

    /// A request with its end: an answer of this status, or without one a failure, by default a missed deadline of 5 s.
    /// Nil executions: no node saw it.
    mutating func request(
        _ label: RequestLabel, _ method: String = "GET", _ target: String, session: String? = nil, client: String = "c",
        host: String? = nil, source: String? = nil, cookie: String? = nil, status: Int?, answer: [[String]] = [],
        body: String = "", executed execution: Execution? = Execution(), failure: RequestFailure = .timedOut
    ) {
        if let session { name(session) }
        requests += 1
        let id = "r\(requests)"
        event(
            .client(client),
            .requestSent(
                RequestSent(
                    requestID: id, session: session, connection: "k", method: method, target: target, label: label,
                    cookie: cookie, host: host, source: source)))
        if let execution {
            event(
                .node(execution.node),
                .requestExecuted(
                    RequestExecuted(
                        requestID: id, bootID: "b", method: method, target: execution.target ?? target,
                        status: status ?? 0, headers: execution.headers, peer: "127.0.0.1:9")))
        }
        if let status {
            event(
                .client(client),
                .responseReceived(
                    ResponseReceived(
                        requestID: id, status: status, nodeID: execution?.node, bootID: "b", headers: answer,
                        body: body,
                        bodyBytes: body.utf8.count)))
        } else {
            if failure == .timedOut { at(milliseconds + 5_000) }
            event(
                .client(client),
                .requestFailed(RequestFailed(requestID: id, failure: failure, detail: "no answer")))
        }
    }

    /// A cookie that the last request, or its answer, had to do without.
    mutating func withheld(_ name: String, _ reason: CookieWithheld.Reason) {
        event(.client("c"), .cookieWithheld(CookieWithheld(requestID: "r\(requests)", name: name, reason: reason)))
    }

    /// Tells once what a session is for whose name is `name/label`.
    private mutating func name(_ session: String) {
        guard let slash = session.firstIndex(of: "/"), named.insert(session).inserted else { return }
        let label = String(session[session.index(after: slash)...])
        event(.client("c"), .sessionNamed(SessionNamed(session: session, label: label)))
    }

    mutating func opened(
        _ session: String, over transport: SessionTransport = .xhrPolling, on node: String = "n1", epoch: Int = 1
    ) {
        name(session)
        event(
            .client("c"),
            .sessionOpened(
                SessionOpened(session: session, epoch: epoch, transport: transport, nodeID: node, bootID: "b")))
    }

    mutating func hears(_ number: Int, session: String) {
        event(
            .client("c"),
            .messageReceived(
                Message(session: session, epoch: 1, number: number, payload: "x", bytes: 1, digest: "d")))
    }
}

/// The verdict of a case on this history, with the codes of its findings.
func judged(
    _ id: String, _ history: RunHistory
) throws -> (verdict: Verdict, codes: Set<FindingCode>, reason: String) {
    let one = try #require(CaseCatalog.named(id))
    let judgement = one.judge(history.view).excusingOwnStalls(in: history.view)
    let (verdict, reason) = judgement.verdict(level: one.description.level)
    return (verdict, Set(judgement.findings.map(\.code)), reason)
}

/// So that labels in tests are what they look like in a file.
extension RequestLabel: ExpressibleByStringLiteral {
    /// A label as it stands in a file.
    public init(stringLiteral value: String) { self.init(value) }
}
