import Claims
public import History

@testable import Verdicts

/// Writes a history down by hand: each call is one event, at the moment the last `at` named.
struct HistoryBuilder {
    private(set) var events: [HistoryEvent] = []
    private var time = HistoryTime(nanoseconds: 1_000_000_000)

    init(_ write: (inout HistoryBuilder) -> Void = { _ in }) { write(&self) }

    var history: RunHistory { RunHistory(events: events) }

    /// The moment so many milliseconds after the beginning.
    static func moment(_ milliseconds: Int64) -> HistoryTime {
        HistoryTime(nanoseconds: 1_000_000_000) + .milliseconds(milliseconds)
    }

    /// Later events happen at this moment, in milliseconds, until the next call.
    mutating func at(_ milliseconds: Int64) { time = Self.moment(milliseconds) }

    mutating func event(_ actor: HistoryActor, _ kind: HistoryEvent.Kind) {
        events.append(HistoryEvent(time: time, actor: actor, kind: kind))
    }

    mutating func phase(_ name: String) { event(.lab, .phase(Phase(name: name))) }

    mutating func stall(_ milliseconds: Int64, loop: String = "clients-0") {
        event(.lab, .stall(Stall(loop: loop, milliseconds: milliseconds)))
    }

    mutating func truncated(_ actor: HistoryActor = .node("n1")) {
        event(actor, .logTruncated(LogTruncated(dropped: 7)))
    }

    mutating func sent(
        _ id: String, _ label: RequestLabel = "poll", session: String? = "s", client: String = "c",
        connection: String = "k",
        method: String = "POST", target: String = "/echo/000/abc/xhr", cookie: String? = nil
    ) {
        event(
            .client(client),
            .requestSent(
                RequestSent(
                    requestID: id, session: session, connection: connection, method: method, target: target,
                    label: label, cookie: cookie)))
    }

    mutating func answered(_ id: String, _ status: Int = 200, by node: String? = "n1", client: String = "c") {
        event(
            .client(client),
            .responseReceived(
                ResponseReceived(requestID: id, status: status, nodeID: node, bootID: node.map { "\($0).1" })))
    }

    mutating func failed(_ id: String, _ failure: RequestFailure = .closedEarly, client: String = "c") {
        event(
            .client(client),
            .requestFailed(RequestFailed(requestID: id, failure: failure, detail: "\(failure.rawValue) in words")))
    }

    mutating func executed(_ id: String?, on node: String = "n1", status: Int = 200) {
        event(
            .node(node),
            .requestExecuted(
                RequestExecuted(
                    requestID: id, bootID: "\(node).1", method: "POST", target: "/echo/000/abc/xhr", status: status,
                    headers: [], peer: "127.0.0.1:4000")))
    }

    mutating func opened(_ session: String = "s", epoch: Int = 1, on node: String? = "n1", client: String = "c") {
        event(
            .client(client),
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: epoch, transport: .xhrPolling, nodeID: node,
                    bootID: node.map { "\($0).1" })))
    }

    mutating func closed(_ session: String = "s", epoch: Int = 1, code: Int = 1006, byClient: Bool = false) {
        event(
            .client("c"),
            .sessionClosed(
                SessionClosed(
                    session: session, epoch: epoch, code: code, reason: "it ended", cause: byClient ? .client : .peer)))
    }

    mutating func attempted(_ outcome: String, session: String = "s", milliseconds: Int64 = 20) {
        event(
            .client("c"),
            .transportAttempted(
                TransportAttempted(
                    session: session, transport: .xhrPolling,
                    outcome: outcome == "opened" ? .opened : .failed(reason: outcome, code: 1006),
                    milliseconds: milliseconds)))
    }

    mutating func says(_ number: Int?, _ text: String = "hello", session: String = "s", epoch: Int = 1) {
        event(.client("c"), .messageSent(message(number, text, session, epoch)))
    }

    mutating func hears(_ number: Int?, _ text: String = "hello", session: String = "s", epoch: Int = 1) {
        event(.client("c"), .messageReceived(message(number, text, session, epoch)))
    }

    /// A request and its answer at once.
    mutating func exchange(
        _ id: String, _ label: RequestLabel = "poll", session: String? = "s", status: Int = 200, by node: String? = "n1"
    ) {
        sent(id, label, session: session)
        answered(id, status, by: node)
    }

    /// A DDP session on its nth connection: the carrier opens and the server says `connected`.
    mutating func connects(_ session: String = "s", epoch: Int = 1, on node: String? = "n1") {
        opened(session, epoch: epoch, on: node)
        saysDDP(#"{"msg":"connect","version":"1","support":["1"]}"#, session, epoch)
        hearsDDP(#"{"msg":"connected","session":"d"}"#, session, epoch)
    }

    /// The client sends this text of DDP.
    mutating func saysDDP(_ text: String, _ session: String = "s", _ epoch: Int = 1) {
        event(.client("c"), .messageSent(message(nil, text, session, epoch)))
    }

    /// The client receives this text of DDP.
    mutating func hearsDDP(_ text: String, _ session: String = "s", _ epoch: Int = 1) {
        event(.client("c"), .messageReceived(message(nil, text, session, epoch)))
    }

    /// The client calls `increment` with the key `session/id`.
    mutating func calls(_ id: String, session: String = "s", epoch: Int = 1) {
        saysDDP(Self.call(id, session), session, epoch)
    }

    /// A node executes that call.
    mutating func executesCall(_ id: String, session: String = "s", on node: String = "n1") {
        let text = Self.call(id, session)
        event(
            .node(node),
            .messageExecuted(
                MessageExecuted(
                    session: "x", bootID: "\(node).1", payload: text, bytes: text.utf8.count,
                    digest: PayloadDigest.of(text.utf8))))
    }

    /// The outcome of that call comes.
    mutating func completes(_ id: String, session: String = "s", epoch: Int = 1) {
        hearsDDP(#"{"msg":"updated","methods":["\#(id)"]}"#, session, epoch)
        hearsDDP(#"{"msg":"result","id":"\#(id)","result":1}"#, session, epoch)
    }

    /// The client leaves for good.
    mutating func leaves(_ session: String = "s") {
        event(
            .client("c"),
            .scriptStep(ScriptStep(session: session, step: ScriptStep.stopStep, outcome: "ok", milliseconds: 0)))
    }

    mutating func fault(_ fault: FaultKind, of node: String = "n1") {
        event(.lab, .faultInjected(Fault(nodeID: node, fault: fault)))
    }

    private static func call(_ id: String, _ session: String) -> String {
        #"{"msg":"method","id":"\#(id)","method":"increment","params":["\#(session)/\#(id)"]}"#
    }

    private func message(_ number: Int?, _ text: String, _ session: String, _ epoch: Int) -> Message {
        Message(
            session: session, epoch: epoch, number: number, payload: text, bytes: text.utf8.count,
            digest: PayloadDigest.of(text.utf8))
    }
}

extension Judgement {
    /// The codes of the findings, in order.
    var codes: [FindingCode] { findings.map(\.code) }
}

extension FindingCode {
    /// Codes of cases, which are declared there.
    static let payloadAltered = FindingCode("payload-altered", .rewriting)
    static let hostAltered = FindingCode("host-altered", .host, isCertain: true)
}

/// So that a table's labels are what they look like in a file.
extension RequestLabel: ExpressibleByStringLiteral {
    /// A label as it stands in a file.
    public init(stringLiteral value: String) { self.init(value) }
}
