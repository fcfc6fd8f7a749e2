import Claims
import History
import SockJS
import Testing

/// One event of each kind, with the line it stands for in a file.
struct EventSample: Sendable, CustomTestStringConvertible {
    var event: HistoryEvent
    var line: String
    var testDescription: String { line }

    init(_ actor: HistoryActor, _ kind: HistoryEvent.Kind, _ line: String) {
        event = HistoryEvent(time: HistoryTime(nanoseconds: 12), actor: actor, kind: kind)
        self.line = line
    }

    static let all = [
        EventSample(
            .lab, .phase(Phase(name: "control")),
            #"{"actor":"lab","case":"a/b","kind":"phase","name":"control","t":12}"#),
        EventSample(
            .lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)),
            #"{"actor":"lab","case":"a/b","fault":"kill","kind":"fault-injected","nodeID":"n1","t":12}"#),
        EventSample(
            .lab, .faultHealed(Fault(nodeID: "n1", fault: .kill)),
            #"{"actor":"lab","case":"a/b","fault":"kill","kind":"fault-healed","nodeID":"n1","t":12}"#),
        EventSample(
            .node("n1"), .shortage(Shortage(detail: "a client: Too many open files")),
            #"{"actor":"node/n1","case":"a/b","detail":"a client: Too many open files","kind":"shortage","t":12}"#
        ),
        EventSample(
            .lab, .stall(Stall(loop: "proxy-0", milliseconds: 160)),
            #"{"actor":"lab","case":"a/b","kind":"stall","loop":"proxy-0","milliseconds":160,"t":12}"#
        ),
        EventSample(
            .lab, .balancerOutput(BalancerOutput(line: "\u{1b}[1m[alert] 9#9: \"é\"")),
            #"{"actor":"lab","case":"a/b","kind":"balancer-output","line":"\u001b[1m[alert] 9#9: \"é\"","t":12}"#),
        EventSample(
            .lab, .balancerOutputDropped(BalancerOutputDropped(lines: 3)),
            #"{"actor":"lab","case":"a/b","kind":"balancer-output-dropped","lines":3,"t":12}"#),
        EventSample(
            .lab, .balancerEnded(BalancerEnded(exit: "signal 9")),
            #"{"actor":"lab","case":"a/b","exit":"signal 9","kind":"balancer-ended","t":12}"#),
        EventSample(
            .lab, .caseEnded(CaseEnd(.completed, seconds: 1.5)),
            #"{"actor":"lab","case":"a/b","ending":"completed","kind":"case-ended","seconds":1.5,"t":12}"#),
        EventSample(
            .lab, .caseEnded(CaseEnd(.completed, seconds: 1.5, earlier: "our loops stood still")),
            #"{"actor":"lab","case":"a/b","earlier":"our loops stood still","ending":"completed","kind":"case-ended","seconds":1.5,"t":12}"#
        ),
        EventSample(
            .lab, .caseEnded(CaseEnd(.cutOff("it was"))),
            #"{"actor":"lab","case":"a/b","ending":"cut-off","kind":"case-ended","reason":"it was","seconds":0,"t":12}"#
        ),
        EventSample(
            .lab, .caseEnded(CaseEnd(.unserved("silence"))),
            #"{"actor":"lab","case":"a/b","ending":"unserved","kind":"case-ended","reason":"silence","#
                + #""seconds":0,"t":12}"#),
        EventSample(
            .lab, .caseEnded(CaseEnd(.broken("a node died"))),
            #"{"actor":"lab","case":"a/b","ending":"broken","kind":"case-ended","reason":"a node died","#
                + #""seconds":0,"t":12}"#),
        EventSample(
            .lab, .caseEnded(CaseEnd(.unsupported("not claimed"))),
            #"{"actor":"lab","case":"a/b","ending":"unsupported","kind":"case-ended","reason":"not claimed","#
                + #""seconds":0,"t":12}"#),
        EventSample(
            .lab,
            .bench(
                BenchFacts(
                    host: "h:1", pathPrefix: "", isOwn: true,
                    faultClaims: FaultClaims(failover: .hashReturn, killedMilliseconds: 2_000))),
            #"{"actor":"lab","case":"a/b","faultClaims":{"failover":"hash-return","killedMilliseconds":2000},"#
                + #""host":"h:1","isOwn":true,"kind":"bench","pathPrefix":"","t":12,"timeScale":1}"#),
        EventSample(
            .lab, .bench(BenchFacts(host: "h:1", pathPrefix: "/app", isOwn: true)),
            #"{"actor":"lab","case":"a/b","host":"h:1","isOwn":true,"kind":"bench","pathPrefix":"/app","t":12,"timeScale":1}"#
        ),
        EventSample(
            .lab,
            .operationBegun(
                Operation(
                    verb: .scale,
                    rule: ScalingFacts(
                        minimum: 3, maximum: 5, target: 16.5, growthMilliseconds: 400, shrinkMilliseconds: 1_600,
                        pauseMilliseconds: 600, drainMilliseconds: 500))),
            #"{"actor":"lab","case":"a/b","kind":"operation-begun","rule":{"drainMilliseconds":500,"growthMilliseconds":400,"#
                + #""maximum":5,"minimum":3,"pauseMilliseconds":600,"shrinkMilliseconds":1600,"target":16.5},"t":12,"#
                + #""verb":"scale"}"#),
        EventSample(
            .lab, .operationBegun(Operation(verb: .drain, nodeID: "n1")),
            #"{"actor":"lab","case":"a/b","kind":"operation-begun","nodeID":"n1","t":12,"verb":"drain"}"#),
        EventSample(
            .lab, .operationDone(Operation(verb: .reload)),
            #"{"actor":"lab","case":"a/b","kind":"operation-done","t":12,"verb":"reload"}"#),
        EventSample(
            .client("c1"),
            .requestSent(
                RequestSent(
                    requestID: "r", connection: "k", method: "GET", target: "/", label: RequestLabel("info"),
                    host: "h:1",
                    source: "127.0.0.9")),
            #"{"actor":"client/c1","case":"a/b","connection":"k","host":"h:1","kind":"request-sent","label":"info","#
                + #""method":"GET","requestID":"r","source":"127.0.0.9","t":12,"target":"/"}"#),
        EventSample(
            .client("c1"),
            .requestSent(
                RequestSent(
                    requestID: "r", session: "s", connection: "k", method: "POST", target: "/x?y=1",
                    label: RequestLabel("poll"),
                    cookie: "a=\"b\"")),
            #"{"actor":"client/c1","case":"a/b","connection":"k","cookie":"a=\"b\"","kind":"request-sent","#
                + #""label":"poll","method":"POST","requestID":"r","session":"s","t":12,"target":"/x?y=1"}"#),
        EventSample(
            .client("c1"),
            .requestSent(
                RequestSent(requestID: "r", connection: "k", method: "GET", target: "/", label: RequestLabel("info"))),
            #"{"actor":"client/c1","case":"a/b","connection":"k","kind":"request-sent","label":"info","#
                + #""method":"GET","requestID":"r","t":12,"target":"/"}"#),
        EventSample(
            .client("c1"),
            .responseReceived(
                ResponseReceived(
                    requestID: "r", status: 200, nodeID: "n1", bootID: "b", headers: [["a", "1"], ["a", "2"]],
                    body: "é\u{0}\u{2028}", bodyBytes: 600)),
            #"{"actor":"client/c1","body":"é\u0000"# + "\u{2028}"
                + #"","bodyBytes":600,"bootID":"b","case":"a/b","headers":[["a","1"],["a","2"]],"#
                + #""kind":"response-received","nodeID":"n1","requestID":"r","status":200,"t":12}"#),
        EventSample(
            .client("c1"), .requestFailed(RequestFailed(requestID: "r", failure: .timedOut, detail: "after 5 s")),
            #"{"actor":"client/c1","case":"a/b","detail":"after 5 s","failure":"timed-out","#
                + #""kind":"request-failed","requestID":"r","t":12}"#),
        EventSample(
            .client("c1"),
            .cookieWithheld(CookieWithheld(requestID: "r", name: "SRV", reason: .sameSiteNoneNotSecure)),
            #"{"actor":"client/c1","case":"a/b","kind":"cookie-withheld","name":"SRV","#
                + #""reason":"same-site-none-not-secure","requestID":"r","t":12}"#),
        EventSample(
            .client("c1"),
            .sessionOpened(
                SessionOpened(session: "s", epoch: 2, transport: .websocket, nodeID: nil, bootID: nil)),
            #"{"actor":"client/c1","case":"a/b","epoch":2,"kind":"session-opened","session":"s","t":12,"#
                + #""transport":"websocket"}"#),
        EventSample(
            .client("c1"),
            .sessionClosed(SessionClosed(session: "s", epoch: 1, code: 1006, reason: "", cause: .peer)),
            #"{"actor":"client/c1","case":"a/b","cause":"peer","code":1006,"epoch":1,"#
                + #""kind":"session-closed","reason":"","session":"s","t":12}"#),
        EventSample(
            .client("c1"),
            .transportAttempted(
                TransportAttempted(session: "s", transport: .xhrPolling, outcome: .opened, milliseconds: 3)),
            #"{"actor":"client/c1","case":"a/b","kind":"transport-attempted","milliseconds":3,"#
                + #""outcome":"opened","session":"s","t":12,"transport":"xhr-polling"}"#),
        EventSample(
            .client("c1"),
            .transportAttempted(
                TransportAttempted(
                    session: "s", transport: .sockJS(.iframeHtmlfile),
                    outcome: .failed(reason: "no frame", code: 2007), milliseconds: 3)),
            #"{"actor":"client/c1","case":"a/b","code":2007,"kind":"transport-attempted","milliseconds":3,"#
                + #""outcome":"failed","reason":"no frame","session":"s","t":12,"transport":"iframe-htmlfile"}"#),
        EventSample(
            .client("c1"), .sessionNamed(SessionNamed(session: "s", label: "before")),
            #"{"actor":"client/c1","case":"a/b","kind":"session-named","label":"before","session":"s","t":12}"#),
        EventSample(
            .client("c1"), .scriptStep(ScriptStep(session: "s", step: "ping", outcome: "ok", milliseconds: 1)),
            #"{"actor":"client/c1","case":"a/b","kind":"script-step","milliseconds":1,"outcome":"ok","#
                + #""session":"s","step":"ping","t":12}"#),
        EventSample(
            .client("c1"),
            .messageSent(Message(session: "s", epoch: 1, number: 4, payload: "#4", bytes: 2, digest: "00ff")),
            #"{"actor":"client/c1","bytes":2,"case":"a/b","digest":"00ff","epoch":1,"#
                + ##""kind":"message-sent","number":4,"payload":"#4","session":"s","t":12}"##),
        EventSample(
            .client("c1"),
            .messageReceived(Message(session: "s", epoch: 1, number: nil, payload: "", bytes: 0, digest: "00ff")),
            #"{"actor":"client/c1","bytes":0,"case":"a/b","digest":"00ff","epoch":1,"#
                + #""kind":"message-received","payload":"","session":"s","t":12}"#),
        EventSample(
            .client("c1"),
            .frameReceived(FrameReceived(session: "s", epoch: 1, requestID: "r", frame: .heartbeat, bytes: 1)),
            #"{"actor":"client/c1","bytes":1,"case":"a/b","epoch":1,"frame":"heartbeat","#
                + #""kind":"frame-received","requestID":"r","session":"s","t":12}"#),
        EventSample(
            .node("n1"), .nodeStarted(NodeStarted(bootID: "b", listen: "[::1]:1")),
            #"{"actor":"node/n1","bootID":"b","case":"a/b","kind":"node-started","listen":"[::1]:1","t":12}"#),
        EventSample(
            .node("n1"),
            .requestExecuted(
                RequestExecuted(
                    requestID: nil, bootID: "b", method: "GET", target: "/health", status: 200,
                    headers: [["host", "h"]], peer: "127.0.0.1:9")),
            #"{"actor":"node/n1","bootID":"b","case":"a/b","headers":[["host","h"]],"kind":"request-executed","#
                + #""method":"GET","peer":"127.0.0.1:9","status":200,"t":12,"target":"/health"}"#),
        EventSample(
            .node("n1"),
            .messageExecuted(MessageExecuted(session: "s", bootID: "b", payload: "p", bytes: 1, digest: "00ff")),
            #"{"actor":"node/n1","bootID":"b","bytes":1,"case":"a/b","digest":"00ff","kind":"message-executed","#
                + #""payload":"p","session":"s","t":12}"#),
        EventSample(
            .node("n1"), .logTruncated(LogTruncated(dropped: 5)),
            #"{"actor":"node/n1","case":"a/b","dropped":5,"kind":"log-truncated","t":12}"#),
    ]
}
