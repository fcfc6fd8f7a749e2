import Testing

@testable import Verdicts

struct DeliveryFoldTests {
    private static let a = MessagePayload(digest: 1, bytes: 5)
    private static let b = MessagePayload(digest: 2, bytes: 5)
    private static let longer = MessagePayload(digest: 1, bytes: 6)

    static let sound = [
        DeliveryRow(
            "an echo of each, one by one", [.connect(1), .send(1), .receive(1), .send(2), .receive(2), .drain]),
        DeliveryRow("many on the way at once", [.connect(1)] + DeliveryStep.send(1...9) + DeliveryStep.receive(1...9)),
        DeliveryRow(
            "numbers may have gaps and begin anywhere", [.send(-7), .send(3), .receive(-7), .receive(3), .drain]),
        DeliveryRow("bytes that are those sent", [.send(1, a), .receive(1, .payload(a)), .drain]),
        DeliveryRow("bytes of which nothing was told can't be compared", [.send(1), .receive(1, .payload(a)), .drain]),
        DeliveryRow(
            "numbers that go on with the next connection",
            [.connect(1), .send(1), .receive(1), .connect(2), .send(2), .receive(2), .drain]),
        DeliveryRow(
            "what was lost with its connection may be sent again on the next", under: DeliveryPromise.ofSessions,
            [.connect(1), .send(1), .connect(2), .send(1), .receive(1), .drain]),
        DeliveryRow(
            "the next connection may bring what the one before did not", under: DeliveryPromise.ofSessions,
            [.connect(1), .send(1), .send(2), .receive(1), .connect(2), .receive(2), .drain]),
        DeliveryRow(
            "a gap that is filled by sending again", under: DeliveryPromise.ofSessions,
            [.connect(1)] + DeliveryStep.send(1...3) + [
                .receive(1), .receive(3), .connect(2), .send(2), .receive(2), .drain,
            ]),
        DeliveryRow(
            "what is sent again behind a greater number may come behind it", under: DeliveryPromise.ofSessions,
            [.connect(1), .send(1), .connect(2), .send(2), .send(1), .receive(2), .receive(1), .drain]),
        DeliveryRow(
            "what is sent again behind a greater number may come before it", under: DeliveryPromise.ofSessions,
            [.connect(1), .send(1), .connect(2), .send(2), .send(1), .receive(1), .receive(2), .drain]),
        DeliveryRow(
            "what an earlier connection brings late, though the next one has begun", under: DeliveryPromise.ofSessions,
            [.connect(1), .send(1), .connect(2), .send(2), .receive(2), .receive(1, on: 1), .drain]),
        DeliveryRow(
            "a connection that began before the latest changes nothing",
            [.connect(2), .send(1), .connect(1), .connect(2), .receive(1), .drain]),
        DeliveryRow("nothing sent, nothing lost", [.connect(1), .disconnect, .connect(2), .drain]),
    ]

    static let wrong = [
        DeliveryRow("a number that was not sent", [.receive(1)], says: [.wrong(.unexpected(1))]),
        DeliveryRow(
            "a number that is sent only later", [.receive(1), .send(1), .drain], says: [.wrong(.unexpected(1))]),
        DeliveryRow("no number at all", [.send(1), .receive(nil)], says: [.wrong(.unexpected(nil))]),
        DeliveryRow("a number between those sent", [.send(1), .send(3), .receive(2)], says: [.wrong(.unexpected(2))]),
        DeliveryRow(
            "a digest that is another", [.send(1, a), .receive(1, .payload(b))],
            says: [.wrong(.altered(1, sent: a, came: b))]),
        DeliveryRow(
            "a length that is another", [.send(1, a), .receive(1, .payload(longer))],
            says: [.wrong(.altered(1, sent: a, came: longer))]),
        DeliveryRow(
            "bytes that the caller says are wrong", [.send(1), .receive(1, .altered)],
            says: [.wrong(.altered(1, sent: nil, came: nil))]),
        DeliveryRow(
            "a copy on its connection", [.send(1), .receive(1), .receive(1)], says: [.wrong(.duplicated(1))]),
        DeliveryRow(
            "a copy of one that had come altered", [.send(1), .receive(1, .altered), .receive(1)],
            says: [.wrong(.altered(1, sent: nil, came: nil)), .wrong(.duplicated(1))]),
        DeliveryRow(
            "a copy on the next connection", under: [.perConnection, .exactlyOnce],
            [.connect(1), .send(1), .receive(1), .connect(2), .receive(1)], says: [.wrong(.replayed(1))]),
        DeliveryRow(
            "a copy on the next connection, where that is allowed", under: [.atLeastOnce],
            [.connect(1), .send(1), .receive(1), .connect(2), .receive(1)], says: [.repeated]),
        DeliveryRow(
            "two copies on the next connection, of which one would be allowed", under: [.atLeastOnce],
            [.connect(1), .send(1), .receive(1), .connect(2), .receive(1), .receive(1)],
            says: [.repeated, .wrong(.duplicated(1))]),
        DeliveryRow(
            "a later one first", [.send(1), .send(2), .receive(2), .receive(1)],
            says: [.wrong(.reordered(1, after: 2))]),
        DeliveryRow(
            "each that comes behind the greatest",
            DeliveryStep.send(1...4) + [.receive(1), .receive(4), .receive(3), .receive(2), .drain],
            says: [.wrong(.reordered(3, after: 4)), .wrong(.reordered(2, after: 4))]),
        DeliveryRow(
            "what is sent again in order, and comes in another", under: DeliveryPromise.ofSessions,
            [.connect(1), .send(1), .send(2), .connect(2), .send(1), .send(2), .receive(2), .receive(1)],
            says: [.wrong(.reordered(1, after: 2))]),
        DeliveryRow(
            "what died with its connection, and comes on the next", under: [.perConnection],
            [.connect(1), .send(1), .connect(2), .receive(1), .drain],
            says: [.lost(gaps: [], unseen: [1]), .wrong(.stale(1))]),
        DeliveryRow(
            "what comes on the next connection, though a later one came on the one before",
            under: DeliveryPromise.ofSessions,
            [.connect(1), .send(1), .send(2), .receive(2), .connect(2), .receive(1), .drain],
            says: [.wrong(.stale(1))]),
        DeliveryRow(
            "what died with its connection", under: [.perConnection],
            [.connect(1)] + DeliveryStep.send(1...4) + [
                .receive(1), .receive(3), .connect(2), .send(5), .receive(5), .drain,
            ],
            says: [.lost(gaps: [2], unseen: [4])]),
        DeliveryRow(
            "what died with its connection, told once", under: [.perConnection],
            [.connect(1), .send(1), .disconnect, .disconnect, .connect(2), .drain],
            says: [.lost(gaps: [], unseen: [1])]),
        DeliveryRow(
            "what never came in a session", under: DeliveryPromise.ofSessions,
            [.connect(1)] + DeliveryStep.send(1...4)
                + [.receive(1), .receive(3), .disconnect, .connect(2), .send(5), .drain],
            says: [.lost(gaps: [2], unseen: [4, 5])]),
        DeliveryRow(
            "what was altered beyond recognition is not lost too", [.send(1), .receive(7), .drain],
            says: [.wrong(.unexpected(7))]),
        DeliveryRow(
            "more lost than were altered beyond recognition", [.send(1), .send(2), .receive(7), .drain],
            says: [.wrong(.unexpected(7)), .lost(gaps: [], unseen: [1, 2])]),
        DeliveryRow(
            "a stranger's message does not account for a loss on another connection", under: [.perConnection],
            [.connect(1), .receive(7), .connect(2), .send(1), .drain],
            says: [.wrong(.unexpected(7)), .lost(gaps: [], unseen: [1])]),
    ]

    @Test(arguments: sound)
    func `this is right`(_ row: DeliveryRow) { expect(row) }

    @Test(arguments: wrong)
    func `this is told`(_ row: DeliveryRow) { expect(row) }

    private func expect(_ row: DeliveryRow, sourceLocation: SourceLocation = #_sourceLocation) {
        for promise in row.promises {
            var (fold, epoch) = (DeliveryFold(promise), UInt32(0))
            let said = row.steps.compactMap { fold.take($0, epoch: &epoch) }
            #expect(said == row.sayings, "\(promise)", sourceLocation: sourceLocation)
        }
    }

    @Test(
        arguments: [
            (.unexpected(7), "session s received a message it never sent"),
            (
                .altered(
                    7, sent: MessagePayload(digest: 0xf3, bytes: 5), came: MessagePayload(digest: .max, bytes: 6)),
                "message 7 of session s came back altered: 5 bytes with digest 00000000000000f3 went out, 6 bytes with digest "
                    + "ffffffffffffffff came"
            ),
            (.altered(7, sent: nil, came: nil), "message 7 of session s came back altered"),
            (.duplicated(7), "message 7 of session s came twice"),
            (.replayed(7), "message 7 of session s came again on a later connection"),
            (.reordered(7, after: 9), "message 7 of session s came after 9"),
            (.stale(7), "message 7 of session s belongs to an earlier connection, and came on a later one"),
            (
                .untellable(limit: 9),
                "session s has more than 9 stretches of messages missing or out of order, too many to tell its messages apart"
            ),
        ] as [(DeliveryViolation, String)])
    func `each violation is a sentence`(_ violation: DeliveryViolation, _ sentence: String) {
        #expect(violation.sentence(session: "s") == sentence)
    }

    @Test func `a loss names its messages, though not without end`() {
        let few = DeliveryLoss(gaps: NumberRuns([2, 3]), unseen: NumberRuns([5]))
        #expect(few.sentence(session: "s") == "session s never got back message 2, 3, 5")
        let many = DeliveryLoss(gaps: NumberRuns(1...1_500), unseen: NumberRuns([9_000]))
        #expect(many.sentence(session: "s").hasSuffix("999, 1000 and 501 more"))
    }
}

extension DeliveryTally {
    mutating func add(_ saying: DeliverySaying) {
        switch saying {
        case .wrong(let violation): add(violation)
        case .repeated: add(DeliveryReceipt.repeated)
        case .untold: add(DeliveryReceipt.untold)
        case .lost(let gaps, let unseen):
            add(DeliveryLoss(gaps: NumberRuns(gaps), unseen: NumberRuns(unseen)))
        }
    }
}
