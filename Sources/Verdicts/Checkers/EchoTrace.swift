import Claims
import History

/// What went out and came back on one connection, event by event.
struct EchoTrace {
    /// A connection of a session.
    struct Connection: Hashable {
        var session: String
        var epoch: Int
    }

    /// How long a workload waits for a message at most; a message lost while we stood still proves nothing.
    private static let patience = Duration.seconds(8)

    private let session: String
    private let altered: FindingCode
    private var sent: [Int: (message: Message, time: HistoryTime)] = [:]
    private var seen: Set<Int> = []
    private var highest = Int.min
    private var unrecognised = 0
    private var last: Evidence?
    private var closedAt: HistoryTime?
    private var findings: [Finding] = []

    init(session: String, altered: FindingCode) {
        self.session = session
        self.altered = altered
    }

    mutating func send(_ message: Message, at time: HistoryTime) {
        // A message without a number can't be told from another, so it observes nothing.
        if let number = message.number { sent[number] = (message, time) }
    }

    mutating func receive(_ message: Message, _ evidence: Evidence) {
        last = evidence
        guard let number = message.number, let original = sent[number]?.message else {
            unrecognised += 1
            return find(altered, "session \(session) received a message it never sent", evidence)
        }
        guard seen.insert(number).inserted else {
            return find(.messageDuplicated, "message \(number) of session \(session) came twice", evidence)
        }
        if message.digest != original.digest || message.bytes != original.bytes {
            find(
                altered,
                "message \(number) of session \(session) came back altered: \(original.bytes) bytes with digest "
                    + "\(original.digest) went out, \(message.bytes) bytes with digest \(message.digest) came", evidence
            )
        } else if number < highest {
            find(.messageReordered, "message \(number) of session \(session) came after \(highest)", evidence)
        }
        highest = max(highest, number)
    }

    mutating func close(at time: HistoryTime) { closedAt = closedAt ?? time }

    /// What this connection shows, now that all of it is known.
    var judgement: Judgement {
        var judgement = Judgement(observations: sent.count, findings: findings)
        let lost = sent.keys.filter { !seen.contains($0) }.sorted()
        // A message that came back altered beyond recognition is reported once, not as lost too.
        guard lost.count > unrecognised, let first = lost.first.flatMap({ sent[$0]?.time }) else { return judgement }
        // A connection that ended earlier waited no longer than that.
        let end = min(first + Self.patience, closedAt ?? first + Self.patience)
        judgement.findings.append(
            Finding(
                .messageLost,
                "session \(session) never got back message \(lost.map(String.init).joined(separator: ", "))",
                evidence: last.map { [$0] } ?? [], deadline: first...max(first, end)))
        return judgement
    }

    private mutating func find(_ code: FindingCode, _ message: String, _ evidence: Evidence) {
        findings.append(Finding(code, message, evidence: [evidence]))
    }
}

extension FindingCode {
    /// A message did not arrive.
    public static let messageLost = FindingCode("message-lost", .rewriting)
    /// A message arrived twice.
    public static let messageDuplicated = FindingCode("message-duplicated", .rewriting)
    /// Messages arrived in another order than they were sent in.
    public static let messageReordered = FindingCode("message-reordered", .rewriting)
}
