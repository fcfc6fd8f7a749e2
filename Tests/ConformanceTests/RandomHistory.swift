import Claims
import Fleet
import History

@testable import Conformance

/// A history out of the vocabulary of all workloads, put together at random: mostly nonsense, and that is its use.
struct RandomHistory {
    private var random: ClientRandom
    private var events: [HistoryEvent] = []
    var time: Int64 = 0
    var requests = 0
    /// Those of the cast that do anything.
    var nodes = Self.cast
    /// What this history draws from: of a wide choice each pair would be rare. Neighbours in the lists go together.
    private var (sessions, labels) = (Self.sessions, Self.labels)

    private static let cast = ["n1", "n2", "n3"]
    private static let sessions = [
        "s1", "s2", "s3", "s4/7", "s7/before", "s9/after-1", "s8/during", "s5/client-closes-1000",
        "s6/node-closes-1011",
    ]
    private static let labels: [RequestLabel] = [
        "handshake", "refusal", "upgrade", "info", "poll-open", "poll", "send", "probe", "while-down", "after-healing",
        "after-websocket", "scout", "first-with-unknown-cookie", "after-unknown-cookie", "cross-origin",
        "refused-request", "iframe-page", "iframe-page-of-node", "iframe-page-revalidated", "disabled-transport",
        "poll-given-up", "poll-after-abort", "client-address", "client-address-forged", "host-name", "prefixed-info",
        "info-of-service",
    ]
    private static let targets = ["/websocket?probe=a%2Fb&x=1", "/refuse/403", "/refuse/426", "/sockjs/info", "/x"]
    static let faults: [FaultKind] = [.kill, .hang, .slow, .refuseUpgrade]
    private static let steps = ["connect", "ping", "echo", "compare"]

    init(seed: UInt64) { random = ClientRandom(seed: seed, name: "history") }

    /// The history of this seed.
    var history: RunHistory {
        var copy = self
        if copy.below(3) == 0 { copy.nodes.removeLast() }
        if copy.below(3) > 0 {
            copy.sessions = copy.some(4, of: Self.sessions)
            copy.labels = ["info", "poll-open", "poll", "send"] + copy.some(6, of: Self.labels)
        }
        copy.record(
            .lab,
            .bench(
                BenchFacts(
                    host: "h:1", pathPrefix: "", isOwn: copy.below(4) > 0, faultClaims: FaultClaims(failover: .rehome)))
        )
        for node in Self.cast {
            copy.record(.node(node), .nodeStarted(NodeStarted(bootID: "\(node).1", listen: "127.0.0.1:1")))
        }
        for session in Self.sessions {
            let parts = session.split(separator: "/")
            guard parts.count == 2 else { continue }
            copy.record(.client("c-\(session)"), .sessionNamed(SessionNamed(session: session, label: String(parts[1]))))
        }
        // Every fault comes late enough for sessions to be there, and often not at all.
        let length = copy.below(400) + 20
        for _ in 0..<length { copy.step() }
        copy.limitsLife()
        return RunHistory(events: copy.events)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    private mutating func some<Value>(_ count: Int, of values: [Value]) -> [Value] {
        let start = below(values.count)
        return (start..<start + count).map { values[$0 % values.count] }
    }

    mutating func record(_ actor: HistoryActor, _ kind: HistoryEvent.Kind) {
        time += Int64(below(200)) * 1_000_000
        events.append(HistoryEvent(time: HistoryTime(nanoseconds: time), actor: actor, kind: kind))
    }

    private mutating func step() {
        let session = pick(sessions)
        let client = HistoryActor.client("c-\(session)")
        let node: String? = below(12) == 0 ? nil : pick(nodes)
        switch below(13) {
        case 0...4: request(client, session)
        case 5, 6:
            record(
                client,
                .sessionOpened(
                    SessionOpened(
                        session: session, epoch: 1 + below(3), transport: pick([.websocket, .xhrPolling, .http]),
                        nodeID: node, bootID: node.map { "\($0).1" })))
        case 7: message(client, session)
        case 8:
            record(
                client,
                .sessionClosed(
                    SessionClosed(
                        session: session, epoch: 1 + below(2), code: pick([1000, 1006, 1011]),
                        reason: pick(["bye 1000", "timed out: a frame", ""]), cause: pick(EndCause.allCases))))
        case 9: attempt(client, session)
        case 11:
            record(
                client,
                .frameReceived(
                    FrameReceived(
                        session: session, epoch: 1, requestID: "r\(below(9))",
                        frame: pick([.prelude, .heartbeat, .end]),
                        bytes: 1)))
        case 10:
            record(
                client,
                .scriptStep(
                    ScriptStep(
                        session: session, step: pick(Self.steps), outcome: pick(["ok", "altered"]),
                        milliseconds: Int64(below(6_000)))))
        default:
            if below(6) == 0 { fault() }
            if below(3) == 0 { ddpLife() }
            // A busy loop.
            if below(30) == 0 { for _ in 0..<20 { request(client, session, label: "poll") } }
        }
    }

    private mutating func fault() {
        let fault = Fault(nodeID: pick(nodes), fault: pick(Self.faults))
        record(.lab, below(3) == 0 ? .faultHealed(fault) : .faultInjected(fault))
    }

    private mutating func attempt(_ client: HistoryActor, _ session: String) {
        record(
            client,
            .transportAttempted(
                TransportAttempted(
                    session: session, transport: pick([.websocket, .xhrPolling]),
                    outcome: below(3) == 0 ? .failed(reason: "no transport", code: 1006) : .opened,
                    milliseconds: Int64(below(5_000)))))
    }

    private mutating func message(_ client: HistoryActor, _ session: String) {
        let number = 1 + below(3)
        for isAnswer in [false, true] where below(5) > 0 {
            let payload = below(6) == 0 ? "altered" : "x"
            let message = Message(
                session: session, epoch: 1, number: number, payload: payload, bytes: payload.utf8.count, digest: payload
            )
            record(client, isAnswer ? .messageReceived(message) : .messageSent(message))
        }
    }

    mutating func request(_ client: HistoryActor, _ session: String, label: RequestLabel? = nil) {
        requests += 1
        let requestID = "r\(requests)"
        let label = label ?? pick(labels)
        let target =
            switch label {
            case "refusal": pick(Array(Self.targets[1...2]))
            case "refused-request": "/echo/no/such/page"
            default: pick(Self.targets)
            }
        record(
            client,
            .requestSent(
                RequestSent(
                    requestID: requestID, session: below(10) == 0 ? nil : session, connection: "k\(below(5))",
                    method: "GET", target: target, label: label, host: pick(["h:1", "one.example"]),
                    source: pick([nil, "127.0.0.9"]))))
        let node: String? = below(6) == 0 ? nil : pick(nodes)
        for _ in 0..<below(3) { execution(requestID, target, by: node ?? pick(nodes)) }
        // What becomes of requests under way when a fault comes is what many cases ask.
        if below(8) == 0 { fault() }
        switch label == "poll-given-up" ? 1 : below(8) {
        case 0: break
        case 1, 2:
            record(
                client,
                .requestFailed(
                    RequestFailed(
                        requestID: requestID, failure: pick([.timedOut, .closedEarly, .connectFailed, .malformed]),
                        detail: "x")))
        default: response(client, requestID, node, to: label)
        }
    }

    private mutating func execution(_ requestID: String, _ target: String, by node: String) {
        record(
            .node(node),
            .requestExecuted(
                RequestExecuted(
                    requestID: requestID, bootID: "\(node).1", method: "GET", target: below(4) == 0 ? "/" : target,
                    status: 200,
                    headers: pick([[], [["x-forwarded-for", pick(["203.0.113.7", "127.0.0.9", "127.0.0.1"])]]])
                        + [["origin", "http://app.example"], ["host", pick(["h:1", "one.example"])]],
                    peer: "127.0.0.1:1")))
    }

    private mutating func response(_ client: HistoryActor, _ requestID: String, _ node: String?, to label: RequestLabel)
    {
        let stillOpen = "c[2010,\"Another connection still open\"]\n"
        let info = #"{"websocket":true,"origins":["*:*"],"cookie_needed":true,"entropy":\#(below(3))}"#
        record(
            client,
            .responseReceived(
                ResponseReceived(
                    requestID: requestID, status: pick([101, 200, 200, 200, 204, 304, 403, 404, 426, 502, 503]),
                    nodeID: node,
                    bootID: node.map { "\($0).1" },
                    headers: pick([
                        [], [["access-control-allow-origin", "*"], ["cache-control", "no-store"]],
                        [["x-frame-options", "DENY"]],
                    ]),
                    body: label == "poll-after-abort" ? stillOpen : pick(["o\n", info, info, "nonsense", stillOpen]),
                    bodyBytes: 1)))
    }
}
