import History
import Testing

@testable import ReferenceNode

@Suite struct `A full execution log` {
    private func log(events: Int) -> ExecutionLog {
        let log = ExecutionLog(nodeID: "n", capacity: 3)
        for number in 0..<events { log.record(.nodeStarted(NodeStarted(bootID: String(number), listen: ""))) }
        return log
    }

    private func line(_ event: HistoryEvent) -> String {
        switch event.kind {
        case .nodeStarted(let start): start.bootID
        case .logTruncated(let truncated): "-\(truncated.dropped)"
        default: "?"
        }
    }

    @Test(arguments: [
        (2, 0, ["0", "1"], 2), (3, 1, ["1", "2"], 3), (5, 0, ["0", "1", "2", "-2"], 5), (5, 3, ["-2"], 5),
        (5, 4, ["-1"], 5), (5, 5, [], 5), (5, 99, [], 5), (0, 7, [], 0), (2, -1, ["0", "1"], 2),
    ])
    func `counts what it drops, once to each reader`(events: Int, since: Int, lines: [String], next: Int) {
        let page = log(events: events).page(since: since)
        #expect(page.events.map(line) == lines)
        #expect(page.next == next)
    }

    @Test func `is full by bytes, too`() {
        let log = ExecutionLog(nodeID: "n", byteCapacity: 10)
        func closed(_ reason: String) -> HistoryEvent.Kind {
            .sessionClosed(SessionClosed(session: "", epoch: 1, code: 1000, reason: reason, byClient: true))
        }
        log.record(closed("123456"))
        log.record(closed("123456"))
        log.record(closed("1"))
        #expect(log.page(since: 0).events.map(line) == ["?", "-2"])
    }

    @Test func `is handed out in pages`() {
        let page = log(events: 5).page(since: 0, limit: 2)
        #expect(page.events.map(line) == ["0", "1"])
        #expect(page.next == 2)
    }
}
