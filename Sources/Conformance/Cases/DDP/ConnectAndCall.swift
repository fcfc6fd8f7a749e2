import Clocks
import Claims
import DDP
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `ddp/connect-and-call`
    static let ddpConnectAndCall = ConformanceCase(
        CaseDescription(
            id: "ddp/connect-and-call", title: "DDP connects, pings and calls on every carrier",
            features: [.websocketUpgrade],
            proves: "Over a SockJS WebSocket, over xhr-polling and over a raw WebSocket a DDP 1 client connects, gets "
                + "its pong, and gets from `echo` just the EJSON it sent.",
            findings: [.ddpNotConnected, .pongMissing, .resultAltered, .resultMissing], hasControl: true),
        workload: { stage in
            for carrier in ["websocket", "xhr-polling", "raw-websocket"] { await connectAndCall(stage, carrier) }
        },
        judge: judgeDDP)
}

/// What `echo` must return as it is: EJSON's own keys, nesting, and text beyond ASCII.
private let ejson: JSONValue = [
    "when": ["$date": 1_378_747_430_526], "bytes": ["$binary": "AP8Q"], "escaped": ["$escape": ["$date": 1]],
    "nested": [1, "two", [true, ["three": "drei é 😀"]]],
]

private func connectAndCall(_ stage: CaseStage, _ name: String) async {
    let client = stage.client()
    let session = client.nextSessionName(name)
    let carrier: any Carrier
    let opened: Result<any Carrier, OpenFailure> =
        switch name {
        case "websocket":
            await PollingSessions.connector(.websocket, service: "/sockjs").connect(client, session: session)
        case "xhr-polling":
            await PollingSessions.connector(.xhrPolling, service: "/sockjs").connect(client, session: session)
        default:
            await WebSocketCarrier.open(client, target: "/websocket", framing: .raw, session: session)
                .map { $0 as any Carrier }
        }
    switch opened {
    case .success(let open): carrier = open
    case .failure(let failure):
        Script(client: client, session: session).record("connect", failure.description)
        return
    }
    var script = Script(client: client, session: session)
    do throws(DDPConnection.Failure) {
        var ddp = try await script.step("connect") { () throws(DDPConnection.Failure) in
            try await DDPConnection.connect(over: carrier)
        }
        try await script.step("ping") { () throws(DDPConnection.Failure) in try await ddp.ping("stickler") }
        let result = try await script.step("echo") { () throws(DDPConnection.Failure) in
            try await ddp.call("echo", [ejson])
        }
        if result != ejson { script.record("compare", "altered: \(result?.text ?? "nothing")") }
    } catch {
        // The step that failed is recorded.
    }
    await carrier.close()
}

/// Runs the steps of a client and records each with its outcome.
private struct Script {
    let client: VirtualClient
    let session: String
    var started = MonotonicClock.now

    mutating func step<Value>(
        _ name: String, _ body: () async throws(DDPConnection.Failure) -> Value
    ) async throws(DDPConnection.Failure) -> Value {
        started = .now
        do throws(DDPConnection.Failure) {
            let value = try await body()
            record(name, "ok")
            return value
        } catch {
            record(name, "\(error)")
            throw error
        }
    }

    func record(_ name: String, _ outcome: String) {
        let elapsed = (MonotonicClock.now - started).wholeNanoseconds / 1_000_000
        client.record(
            .scriptStep(ScriptStep(session: session, step: name, outcome: outcome, milliseconds: elapsed)))
    }
}

private func judgeDDP(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    for event in history.events {
        guard case .scriptStep(let step) = event.kind else { continue }
        judgement.observations += 1
        guard step.outcome != "ok" else { continue }
        let code: FindingCode =
            switch step.step {
            case "connect": .ddpNotConnected
            case "ping": .pongMissing
            case "compare": .resultAltered
            default: .resultMissing
            }
        let messages = history.events.filter { other in
            switch other.kind {
            case .messageSent(let message), .messageReceived(let message): message.session == step.session
            default: false
            }
        }
        judgement.findings.append(
            Finding(
                code, "\(step.step) of session \(step.session): \(step.outcome)",
                evidence: messages.suffix(3).map(history.evidence),
                deadline: code == .resultAltered ? nil : event.time.stretchBefore(milliseconds: step.milliseconds)))
    }
    return judgement
}

extension FindingCode {
    /// A DDP method's result arrived changed.
    static let resultAltered = FindingCode("result-altered", .rewriting)
    /// A DDP method's result did not arrive.
    static let resultMissing = FindingCode("result-missing", .rewriting)
    /// A DDP ping got no pong.
    static let pongMissing = FindingCode("pong-missing", .rewriting)
}
