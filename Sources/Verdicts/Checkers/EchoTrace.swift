import Claims
import History

/// What went out and came back on one connection, event by event: a ``DeliveryFold`` with what shows its violations.
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
    /// A record is bounded by itself.
    private var fold = DeliveryFold(.perConnection, limit: .max)
    private var sentAt: [Int: HistoryTime] = [:]
    private var last: Evidence?
    private var closedAt: HistoryTime?
    private var findings: [Finding] = []

    init(session: String, altered: FindingCode) {
        self.session = session
        self.altered = altered
    }

    mutating func send(_ message: Message, at time: HistoryTime) {
        // A message without a number can't be told from another, so it observes nothing.
        guard let number = message.number else { return }
        sentAt[number] = time
        if let violation = fold.send(number, MessagePayload(message)) { find(violation, last) }
    }

    mutating func receive(_ message: Message, _ evidence: Evidence) {
        last = evidence
        let receipt = fold.receive(message.number, .payload(MessagePayload(message)), epoch: 0)
        if case .wrong(let violation) = receipt { find(violation, evidence) }
    }

    mutating func close(at time: HistoryTime) { closedAt = closedAt ?? time }

    /// What this connection shows, now that all of it is known.
    var judgement: Judgement {
        var judgement = Judgement(observations: fold.sentCount, findings: findings)
        var fold = fold
        guard let loss = fold.drain(), let first = loss.numbers.least.flatMap({ sentAt[$0] }) else { return judgement }
        // A connection that ended earlier waited no longer than that.
        let end = min(first + Self.patience, closedAt ?? first + Self.patience)
        judgement.findings.append(
            Finding(
                .messageLost, loss.sentence(session: session), evidence: last.map { [$0] } ?? [],
                deadline: first...max(first, end)))
        return judgement
    }

    private mutating func find(_ violation: DeliveryViolation, _ evidence: Evidence?) {
        findings.append(
            Finding(
                violation.code(altered: altered), violation.sentence(session: session),
                evidence: evidence.map { [$0] } ?? []))
    }
}
