import Clocks
import History

extension Evidence {
    /// The line of a report that shows it, such as `+1.250 s c1 GET /sockjs/info -> 200 by n2`.
    public var line: String {
        let what =
            switch shown {
            case .request(let exchange): Self.text(exchange)
            case .event(let kind): Self.text(kind)
            case .words(let words): words
            }
        let by =
            switch (shown, actor) {
            case (.event, let actor?): "\(actor)"
            default: ""
            }
        return ([offset.map(Self.signedSeconds) ?? "", by, what].filter { !$0.isEmpty }).joined(separator: " ")
    }

    /// A request and what became of it.
    private static func text(_ exchange: Exchange) -> String {
        let sent = exchange.sent
        var line = "\(exchange.client) \(sent.method) \(sent.target)"
        // Large ones are sent on purpose.
        if let cookie = sent.cookie { line += " [\(cookie.prefix(120))\(cookie.utf8.count > 120 ? "…" : "")]" }
        switch exchange.outcome {
        case .response(let response):
            line += " -> \(response.status)"
            line += response.nodeID.map { " by \($0)" } ?? " by no node of ours"
            if !response.body.isEmpty {
                line += " \(response.body.prefix(60).debugDescription)"
            }
        case .failed(let failed): line += " -> \(failed.failure.rawValue): \(failed.detail)"
        case .pending: line += " -> no answer by the end of the run"
        }
        let executed = exchange.executions.map(\.nodeID)
        if executed.count > 1 { line += "; executed by \(executed.joined(separator: ", "))" }
        return line
    }

    /// Any other event.
    private static func text(_ kind: HistoryEvent.Kind) -> String {
        switch kind {
        case .faultInjected(let fault): "\(fault.fault) of \(fault.nodeID)"
        case .faultHealed(let fault): "healing of \(fault.fault) of \(fault.nodeID)"
        case .cookieWithheld(let cookie):
            "keeps back cookie \(cookie.name.debugDescription) at \(cookie.requestID): \(cookie.reason.rawValue)"
        case .sessionNamed(let session): "session \(session.session) is for \(session.label)"
        case .sessionOpened(let session):
            "session \(session.session) (connection \(session.epoch)) opens on \(session.nodeID ?? "an unknown node") "
                + "over \(session.transport)"
        case .sessionClosed(let session):
            "session \(session.session) (connection \(session.epoch)) closes with \(session.code) "
                + session.reason.debugDescription + session.cause.ending
        case .transportAttempted(let attempt):
            "session \(attempt.session) tries \(attempt.transport): \(attempt.outcome) after \(attempt.milliseconds) ms"
        case .scriptStep(let step):
            "session \(step.session) does \(step.step): \(step.outcome) after \(step.milliseconds) ms"
        case .messageSent(let message):
            "session \(message.session) sends \(message.payload.prefix(60).debugDescription), \(message.bytes) bytes"
        case .messageReceived(let message):
            "session \(message.session) receives \(message.payload.prefix(60).debugDescription), "
                + "\(message.bytes) bytes"
        case .shortage(let shortage): "no descriptor was left for \(shortage.detail)"
        case .operationBegun(let operation): "\(operation.words) begins"
        case .operationDone(let operation): "\(operation.words) is in force"
        case .stall(let stall): "our loop \(stall.loop) stood still for \(stall.milliseconds) ms"
        case .balancerOutput(let output): "the balancer says \(output.line.debugDescription)"
        case .balancerOutputDropped(let dropped): "\(dropped.lines) more lines of the balancer are not kept"
        case .balancerEnded(let end): "the balancer's process ended: \(end.exit)"
        default: "\(kind)"
        }
    }

    private static func signedSeconds(_ duration: Duration) -> String {
        let milliseconds = duration.wholeNanoseconds / 1_000_000
        let (seconds, rest) = abs(milliseconds).quotientAndRemainder(dividingBy: 1_000)
        let padded = String(repeating: "0", count: 3 - String(rest).count) + String(rest)
        return "\(milliseconds < 0 ? "-" : "+")\(seconds).\(padded) s"
    }
}

extension EndCause {
    /// What a line about an end adds to it.
    fileprivate var ending: String {
        switch self {
        case .client: " by the client"
        case .peer: ""
        case .deadline: " for want of an answer in time"
        }
    }
}
