import Clocks
import DDP
import Testing

@testable import ReferenceNode

@Suite struct `The node's DDP application` {
    /// An application whose clock is the test's, and whose client is connected.
    private struct Bench {
        var application: DDPApplication
        var now = MonotonicClock.now

        init(counts: MethodCounts = MethodCounts(), bootID: String = "b1") {
            application = DDPApplication(sessionID: "S", nodeID: "n1", bootID: bootID, counts: counts)
            _ = say(#"{"msg":"connect","version":"1","support":["1"]}"#)
        }

        mutating func say(_ text: String) -> [String] { Self.lines(application.receive(text, at: now)) }

        mutating func call(_ id: String, _ method: String, _ params: String) -> [String] {
            say(#"{"msg":"method","id":"\#(id)","method":"\#(method)","params":[\#(params)]}"#)
        }

        mutating func subscribe(_ id: String, _ name: String, _ params: String) -> [String] {
            say(#"{"msg":"sub","id":"\#(id)","name":"\#(name)","params":[\#(params)]}"#)
        }

        /// Lets time pass, and every timer fire at its time.
        mutating func wait(milliseconds: Int) -> [String] {
            let end = now + .milliseconds(milliseconds)
            var lines: [String] = []
            while let wakeAt = application.wakeAt, wakeAt <= end {
                now = max(now, wakeAt)
                lines += Self.lines(application.timerFired(at: now))
            }
            now = end
            return lines
        }

        private static func lines(_ outputs: [DDPApplication.Output]) -> [String] {
            outputs.map { output in
                switch output {
                case .send(let text): text
                case .close: "CLOSE"
                }
            }
        }
    }

    private static func updated(_ id: String) -> String { #"{"msg":"updated","methods":["\#(id)"]}"# }

    private static func result(_ id: String, _ value: String) -> String {
        #"{"msg":"result","id":"\#(id)","result":\#(value)}"#
    }

    @Test(arguments: [
        ("echo", #"{"$date":5},2"#, #"{"$date":5}"#), ("whoami", "", #"{"nodeID":"n1","bootID":"b1"}"#),
        ("increment", #""k""#, #"{"key":"k","count":1,"nodeID":"n1","bootID":"b1"}"#),
    ])
    func `returns at once`(method: String, params: String, value: String) {
        var bench = Bench()
        #expect(bench.call("1", method, params) == [Self.updated("1"), Self.result("1", value)])
    }

    @Test func `sleeps in turn, or not when unblocked`() {
        var bench = Bench()
        #expect(bench.call("1", "sleep", "300") + bench.call("2", "sleep", "100") == [])
        #expect(bench.wait(milliseconds: 399) == [Self.updated("1"), Self.result("1", "300")])
        #expect(bench.wait(milliseconds: 1) == [Self.updated("2"), Self.result("2", "100")])
        #expect(bench.call("3", "sleepUnblocked", "300") == [])
        #expect(bench.call("4", "echo", "1") == [Self.updated("4"), Self.result("4", "1")])
        #expect(bench.wait(milliseconds: 300) == [Self.updated("3"), Self.result("3", "300")])
    }

    @Test func `counts a run at once and answers later`() {
        let counts = MethodCounts()
        var bench = Bench(counts: counts)
        #expect(bench.call("1", "increment", #""k",300"#) == [])
        #expect(counts.all == ["k": 1])
        #expect(bench.wait(milliseconds: 299) == [])
        #expect(bench.wait(milliseconds: 1).count == 2)
    }

    @Test(arguments: [
        ("throw", #""no","why",{"a":1}"#, #""error":"no","reason":"why","details":{"a":1}"#),
        ("throw", "", #""error":500"#),
        ("sleep", "-1", #""error":400"#), ("sleepUnblocked", "1e9", #""error":400"#), ("sleep", "", #""error":400"#),
        ("increment", "7", #""error":400"#), ("increment", #""k",-1"#, #""error":400"#), ("nope", "", #""error":404"#),
    ])
    func `fails with an error that the client is shown`(method: String, params: String, part: String) {
        var bench = Bench()
        #expect(bench.call("1", method, params).contains { $0.contains(#""id":"1","error":"#) && $0.contains(part) })
        #expect(bench.call("2", "echo", "1").count == 2)
    }

    @Test func `counts runs by key over sessions and boots`() {
        let counts = MethodCounts()
        var first = Bench(counts: counts)
        var second = Bench(counts: counts, bootID: "b2")
        _ = first.call("1", "increment", #""a""#) + first.call("2", "increment", #""b""#)
        #expect(second.call("1", "increment", #""a""#).last?.contains(#""count":2"#) == true)
        #expect(counts.all == ["a": 2, "b": 1])
        #expect(counts.increment(String(repeating: "k", count: MethodCounts.keyBytes + 1)) == nil)
    }

    @Test func `publishes documents, then it is ready or fails`() {
        var bench = Bench()
        #expect(
            bench.subscribe("s", "count", "2") == [
                #"{"msg":"added","collection":"numbers","id":"0","fields":{"n":0}}"#,
                #"{"msg":"added","collection":"numbers","id":"1","fields":{"n":1}}"#, #"{"msg":"ready","subs":["s"]}"#,
            ])
        let failed = bench.subscribe("f", "fail", "3")
        #expect(failed.prefix(2).map { $0.prefix(14) } == [#"{"msg":"added""#, #"{"msg":"remove"#])
        #expect(failed.last?.hasPrefix(#"{"msg":"nosub","id":"f","error":{"isClientSafe":true,"error":412"#) == true)
        #expect(bench.subscribe("c", "count", "1e9").last?.contains(#""error":400"#) == true)
        #expect(bench.subscribe("u", "unknown", "").last?.contains(#""error":404"#) == true)
    }

    @Test func `merges publications that overlap`() {
        var bench = Bench()
        _ = bench.subscribe("a", "overlap", #""x""#)
        #expect(
            bench.subscribe("b", "overlap", #""y""#).first
                == #"{"msg":"changed","collection":"overlap","id":"shared","fields":{"y":true}}"#)
        #expect(
            bench.say(#"{"msg":"unsub","id":"a"}"#).first
                == #"{"msg":"changed","collection":"overlap","id":"shared","fields":{"common":"y"},"cleared":["x"]}"#)
    }

    @Test func `ticks in sequence until the subscription ends, once after a hang`() {
        var bench = Bench()
        let first = bench.subscribe("t", "ticks", "100")
        #expect(first.first?.contains(#""id":"t","fields":{"n":0,"nodeID":"n1","bootID":"b1"}"#) == true)
        func numbers(_ lines: [String]) -> [Int] {
            lines.compactMap { $0.firstMatch(of: /"n":(\d+)/).flatMap { Int($0.1) } }
        }
        #expect(numbers(bench.wait(milliseconds: 350)) == [1, 2, 3])
        bench.now += .seconds(10)
        #expect(numbers(bench.wait(milliseconds: 0)) == [4, 5])
        #expect(numbers(bench.wait(milliseconds: 100)) == [6])
        #expect(bench.say(#"{"msg":"unsub","id":"t"}"#).count == 2)
        #expect(bench.wait(milliseconds: 1_000) == [])
    }

    @Test func `closes on a mute client, and forgets what it was to do`() {
        var bench = Bench()
        _ = bench.call("1", "sleep", "60000")
        #expect(bench.wait(milliseconds: 60_000) == [#"{"msg":"ping"}"#, "CLOSE"])
        #expect(bench.application.wakeAt == nil)
    }
}
