import History
import NIOCore
import Testing
import Wire

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
