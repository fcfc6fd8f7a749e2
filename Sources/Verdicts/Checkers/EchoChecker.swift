import History

/// Every numbered message comes back once, unaltered and in order.
public struct EchoChecker: Sendable {
    /// Code for a message whose bytes differ.
    public var altered: FindingCode

    /// A checker that reports altered bytes under this code.
    public init(altered: FindingCode = .messageAltered) { self.altered = altered }

    /// How long a workload waits for a message at most; a message lost while we stood still proves nothing.
    private static let patience = Duration.seconds(8)

    /// Judges each session of the history for itself.
    public func judge(_ history: RunHistory) -> Judgement {
        var sent: [String: [Message]] = [:]
        var window: [String: ClosedRange<HistoryTime>] = [:]
        var received: [String: [(event: HistoryEvent, message: Message)]] = [:]
        var order: [String] = []
        for event in history.events {
            switch event.kind {
            case .messageSent(let message):
                if sent[message.session] == nil { order.append(message.session) }
                sent[message.session, default: []].append(message)
                window[message.session] = event.time...(event.time + Self.patience)
            case .messageReceived(let message): received[message.session, default: []].append((event, message))
            default: break
            }
        }
        var judgement = Judgement(observations: 0)
        for session in order {
            judgement.observations += sent[session]?.count ?? 0
            judgement.findings += findings(
                session, sent: sent[session] ?? [], received: received[session] ?? [],
                window: window[session], Evidence(history))
        }
        return judgement
    }

    private func findings(
        _ session: String, sent: [Message], received: [(event: HistoryEvent, message: Message)],
        window: ClosedRange<HistoryTime>?, _ evidence: Evidence
    ) -> [Finding] {
        var expected: [Int: Message] = [:]
        for message in sent { if let number = message.number { expected[number] = message } }
        var findings: [Finding] = []
        var seen: Set<Int> = []
        var highest = 0
        for (event, message) in received {
            let line = [evidence.line(event)]
            guard let number = message.number, let original = expected[number] else {
                findings.append(
                    Finding(altered, "session \(session) received a message it never sent", evidence: line))
                continue
            }
            guard seen.insert(number).inserted else {
                findings.append(
                    Finding(.messageDuplicated, "message \(number) of session \(session) came twice", evidence: line))
                continue
            }
            if message.digest != original.digest {
                findings.append(
                    Finding(
                        altered,
                        "message \(number) of session \(session) came back altered: \(original.bytes) bytes with digest "
                            + "\(original.digest) went out, \(message.bytes) bytes with digest \(message.digest) came",
                        evidence: line))
            } else if number < highest {
                findings.append(
                    Finding(
                        .messageReordered, "message \(number) of session \(session) came after \(highest)",
                        evidence: line))
            }
            highest = max(highest, number)
        }
        let lost = expected.keys.filter { !seen.contains($0) }.sorted()
        // A message that came back altered beyond recognition is reported once, not as lost too.
        let unrecognised = received.count { $0.message.number.map { expected[$0] == nil } ?? true }
        if lost.count > unrecognised {
            findings.append(
                Finding(
                    .messageLost,
                    "session \(session) never got back message \(lost.map(String.init).joined(separator: ", "))",
                    evidence: received.suffix(1).map { evidence.line($0.event) }, deadline: window))
        }
        return findings
    }
}
