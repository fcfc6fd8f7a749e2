import History
import NIOCore
import Testing
import Wire

@testable import ReferenceNode

@Suite struct `A full execution log` {
    private func record(_ numbers: Range<Int>, in log: ExecutionLog) {
        for number in numbers { log.record(.nodeStarted(NodeStarted(bootID: String(number), listen: ""))) }
    }

    /// A log with room for three: some events, then a lease, under which the rest is recorded.
    private func log(events: Int, leasedFrom lease: Int? = nil) -> ExecutionLog {
        let log = ExecutionLog(nodeID: "n", capacity: 3)
        record(0..<(lease ?? events), in: log)
        if let lease {
            log.beginLease()
            record(lease..<events, in: log)
        }
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
        (2, 0, ["0", "1"], 2), (3, 1, ["1", "2"], 3), (5, 0, ["-2", "2", "3", "4"], 5),
        (5, 1, ["-1", "2", "3", "4"], 5),
        (5, 2, ["2", "3", "4"], 5), (5, 4, ["4"], 5), (5, 5, [], 5), (5, 99, [], 5), (0, 7, [], 0),
        (2, -1, ["0", "1"], 2),
    ])
    func `forgets the oldest, and tells each reader how many it missed`(
        events: Int, since: Int, lines: [String], next: Int
    ) {
        let page = log(events: events).page(since: since)
        #expect(page.events.map(line) == lines)
        #expect(page.next == next)
    }

    @Test(arguments: [
        (4, 0, 2, ["-1", "1", "2", "3"], 4), (5, 0, 2, ["-2", "2", "3", "4"], 5),
        (6, 0, 2, ["-2", "2", "3", "4", "-1"], 6),
        (6, 2, 2, ["2", "3", "4", "-1"], 6), (7, 5, 2, ["-2"], 7), (7, 6, 2, ["-1"], 7), (7, 7, 2, [], 7),
        (5, 0, 0, ["0", "1", "2", "-2"], 5),
    ])
    func `keeps what a lease asked for, and counts behind it what there was no room for`(
        events: Int, since: Int, lease: Int, lines: [String], next: Int
    ) {
        let page = log(events: events, leasedFrom: lease).page(since: since)
        #expect(page.events.map(line) == lines)
        #expect(page.next == next)
    }

    @Test func `begins anew behind a gap once the lease has ended, whether or not there is another`() {
        for begins in [false, true] {
            let log = log(events: 5, leasedFrom: 0)
            log.endLease()
            #expect(log.page(since: 0).events.map(line) == ["0", "1", "2", "-2"])
            if begins { log.beginLease() }
            record(5..<7, in: log)
            #expect(log.page(since: 0).events.map(line) == ["-5", "5", "6"])
            #expect(log.page(since: 5).events.map(line) == ["5", "6"])
            #expect(log.page(since: 0).next == 7)
        }
    }

    @Test func `is full by bytes, too`() {
        func closed(_ reason: String) -> HistoryEvent.Kind {
            .sessionClosed(SessionClosed(session: "", epoch: 1, code: 1000, reason: reason, cause: .client))
        }
        for (isLeased, lines) in [(false, ["-1", "?", "?"]), (true, ["?", "-2"])] {
            let log = ExecutionLog(nodeID: "n", byteCapacity: 10)
            if isLeased { log.beginLease() }
            log.record(closed("123456"))
            log.record(closed("123456"))
            log.record(closed("1"))
            #expect(log.page(since: 0).events.map(line) == lines)
        }
    }

    @Test func `takes nothing that has no room at all, and goes on`() {
        let log = ExecutionLog(nodeID: "n", byteCapacity: 10)
        log.record(
            .sessionClosed(
                SessionClosed(session: "", epoch: 1, code: 1000, reason: "12345678901", cause: .client)))
        #expect(log.page(since: 0).events.map(line) == ["-1"])
        record(1..<2, in: log)
        #expect(log.page(since: 0).events.map(line) == ["-1", "1"])
    }

    @Test func `is handed out in pages`() {
        let page = log(events: 5, leasedFrom: 0).page(since: 0, limit: 2)
        #expect(page.events.map(line) == ["0", "1"])
        #expect(page.next == 2)
    }

    @Test func `has the bytes of what it keeps, however much it has forgotten`() {
        let log = ExecutionLog(nodeID: "n", capacity: 3_000)
        for number in 0..<20_000 {
            // So long that a piece of the bytes ends every now and then.
            let text = "\(number) " + String(repeating: "x", count: 200)
            Array(text.utf8).withUnsafeBytes { log.recordMessage($0, session: "s", bootID: "b") }
        }
        let page = log.page(since: 17_000)
        let numbers = page.events.compactMap { event in
            if case .messageExecuted(let message) = event.kind {
                Int(message.payload.prefix { $0 != " " })
            } else {
                nil
            }
        }
        #expect(numbers == Array(17_000..<20_000))
    }
}

@Suite struct `An execution log keeps` {
    private func executed(_ head: String) throws -> RequestExecuted? {
        var parser = RequestParser()
        parser.receive(ByteBuffer(string: head))
        guard case .head(let head)? = try parser.next() else { return nil }
        let log = ExecutionLog(nodeID: "n")
        log.record(HTTPRequest(head: head, peer: "peer"), bootID: "boot", status: 204)
        guard case .requestExecuted(let request)? = log.page(since: 0).events.first?.kind else { return nil }
        return request
    }

    @Test func `requests as they came`() throws {
        let request = try executed(
            "\r\nPOST /a?b#c HTTP/1.1\r\nA-b:\t x:y \r\nEmpty:\r\nX-Stickler-Request: r1\r\n\r\n")
        #expect(
            request
                == RequestExecuted(
                    requestID: "r1", bootID: "boot", method: "POST", target: "/a?b#c", status: 204,
                    headers: [["a-b", "x:y"], ["empty", ""], ["x-stickler-request", "r1"]], peer: "peer"))
    }

    @Test func `no more than 64 fields, but the request's id behind them`() throws {
        let fields = (0..<70).map { "f\($0): \($0)\r\n" }.joined()
        let request = try executed("GET / HTTP/1.0\r\n\(fields)X-Stickler-Request: r1\r\n\r\n")
        #expect(request?.headers == (0..<64).map { ["f\($0)", "\($0)"] })
        #expect(request?.requestID == "r1")
    }

    @Test func `no more than 8 KiB of fields`() throws {
        let fields = (0..<3).map { "f\($0): \(String(repeating: "x", count: 4_000))\r\n" }.joined()
        #expect(try executed("GET / HTTP/1.1\r\n\(fields)\r\n")?.headers.map(\.[0]) == ["f0", "f1"])
    }

    @Test(arguments: [100, 4_000, 20_000])
    func `of blanks around a value no more than it counts`(count: Int) throws {
        let blanks = String(repeating: " ", count: count)
        var parser = RequestParser()
        parser.receive(ByteBuffer(string: "GET / HTTP/1.1\r\nA:\(blanks)1\(blanks)\r\n\r\n"))
        guard case .head(let head)? = try parser.next() else {
            Issue.record("expected a head")
            return
        }
        let log = ExecutionLog(nodeID: "n", byteCapacity: 20_000)
        for _ in 0..<3 { log.record(HTTPRequest(head: head, peer: "peer"), bootID: "boot", status: 200) }
        let requests = log.page(since: 0).events.compactMap { event in
            if case .requestExecuted(let request) = event.kind { request } else { nil }
        }
        // 4 000 on both sides are too many to be kept three times; 20 000 are not kept at all.
        #expect(requests.map(\.headers) == Array(repeating: [["a", "1"]], count: count == 4_000 ? 2 : 3))
    }

    @Test(arguments: [0, 1, 256, 257, 300_000])
    func `messages of any length, whatever came before and after`(length: Int) {
        let log = ExecutionLog(nodeID: "n")
        let lengths = [1, length, 256, length, 1]
        for (index, length) in lengths.enumerated() {
            let bytes = [UInt8](repeating: UInt8(ascii: "a") + UInt8(index), count: length)
            bytes.withUnsafeBytes { log.recordMessage($0, session: "s\(index)", bootID: "boot") }
        }
        let executed = log.page(since: 0).events.compactMap { event in
            if case .messageExecuted(let message) = event.kind { message } else { nil }
        }
        #expect(executed.map(\.session) == ["s0", "s1", "s2", "s3", "s4"])
        #expect(executed.map(\.bytes) == lengths)
        #expect(
            executed.map { String($0.payload.prefix(1)) } == [
                "a", length == 0 ? "" : "b", "c", length == 0 ? "" : "d", "e",
            ])
    }
}
