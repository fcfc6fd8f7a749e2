import Clocks
import History
import Testing

@Suite("A history is in the order of time")
struct RunHistoryTests {
    static func event(_ time: Int64, _ name: String) -> HistoryEvent {
        HistoryEvent(time: HistoryTime(nanoseconds: time), actor: .lab, kind: .phase(Phase(name: name)))
    }

    static func names(_ history: RunHistory) -> [String] {
        history.events.compactMap {
            if case .phase(let phase) = $0.kind { return phase.name }
            return nil
        }
    }

    @Test("Events are sorted by time; those of one instant keep their order")
    func order() {
        let events = [Self.event(2, "c"), Self.event(1, "a"), Self.event(2, "d"), Self.event(1, "b")]
        #expect(Self.names(RunHistory(events: events)) == ["a", "b", "c", "d"])
        let many = (0..<1_000).map { Self.event(Int64($0 % 2), "\($0)") }
        let sorted = (0..<1_000).filter { $0 % 2 == 0 } + (0..<1_000).filter { $0 % 2 == 1 }
        #expect(Self.names(RunHistory(events: many)) == sorted.map(String.init))
    }

    @Test("A history is truncated when any log says so", arguments: [HistoryActor.lab, .node("n2")])
    func truncation(_ actor: HistoryActor) {
        let cut = HistoryEvent(actor: actor, kind: .logTruncated(LogTruncated(dropped: 1)))
        #expect(!RunHistory(events: [Self.event(1, "a")]).view.isTruncated)
        #expect(RunHistory(events: [cut, Self.event(1, "a")]).view.isTruncated)
        let talkative = HistoryEvent(actor: actor, kind: .balancerOutputDropped(BalancerOutputDropped(lines: 1)))
        #expect(!RunHistory(events: [talkative]).view.isTruncated, "the balancer's words are no part of what is judged")
    }
}

@Suite("A recorder is bounded and says what it dropped")
struct HistoryRecorderTests {
    @Test("Below the bound all is kept", arguments: [0, 1, 3])
    func below(_ count: Int) {
        let recorder = HistoryRecorder(capacity: 3)
        for number in 0..<count { recorder.record(RunHistoryTests.event(Int64(number), "\(number)")) }
        #expect(RunHistoryTests.names(recorder.history) == (0..<count).map(String.init))
        #expect(!recorder.history.view.isTruncated)
    }

    @Test("Beyond it the rest is counted")
    func beyond() {
        let recorder = HistoryRecorder(capacity: 3)
        for number in 0..<5 { recorder.record(RunHistoryTests.event(Int64(number), "\(number)")) }
        let history = recorder.history
        #expect(RunHistoryTests.names(history) == ["0", "1", "2"])
        #expect(history.events.last?.kind == .logTruncated(LogTruncated(dropped: 2)))
    }

    @Test("What strangers sent is kept as long as there is room for it in the run; all else is kept")
    func budget() {
        func answer(_ bytes: Int) -> HistoryEvent.Kind {
            .responseReceived(
                ResponseReceived(
                    requestID: "r", status: 200, nodeID: nil, bootID: nil, headers: [["a", "b"]],
                    body: String(repeating: "x", count: bytes - 2)))
        }
        let budget = RecordBudget(bytes: 100)
        let recorders = [HistoryRecorder(budget: budget), HistoryRecorder(budget: budget)]
        recorders[0].record(.client("c"), answer(60))
        #expect(recorders[1].hasRoom(for: answer(40)))
        #expect(!recorders[1].hasRoom(for: answer(41)))
        recorders[1].record(.client("c"), answer(41))
        recorders[1].record(.client("c"), answer(40))
        recorders[1].record(.client("c"), .phase(Phase(name: "p")))
        #expect(recorders[0].history.events.count == 1)
        let history = recorders[1].history
        #expect(history.events.map(\.kind).filter { $0 == answer(40) || $0 == .phase(Phase(name: "p")) }.count == 2)
        #expect(history.events.last?.kind == .logTruncated(LogTruncated(dropped: 1)))
    }

    @Test("Events may come from many threads at once")
    func concurrency() async {
        let recorder = HistoryRecorder()
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<8 {
                group.addTask {
                    for _ in 0..<100 { recorder.record(.client("\(client)"), .phase(Phase(name: "p"))) }
                }
            }
        }
        let events = recorder.history.events
        #expect(events.count == 800)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
    }
}

@Suite("Times are nanoseconds of one clock")
struct HistoryTimeTests {
    @Test("Instants keep their distances")
    func instants() {
        let now = MonotonicClock.now
        let later = HistoryTime(now + .milliseconds(1_500))
        #expect(later - HistoryTime(now) == .milliseconds(1_500))
        #expect(HistoryTime(now) < later)
    }

    @Test(
        "Arithmetic ends at the ends of the clock, since a file may say anything",
        arguments: [
            (0, .milliseconds(1), 1_000_000), (0, .milliseconds(-1), -1_000_000), (.max, .nanoseconds(1), .max),
            (.min, .nanoseconds(-1), .min), (0, .seconds(Int64.max), .max), (0, .seconds(Int64.min), .min),
            (.max, .seconds(Int64.min), -1),
        ] as [(Int64, Duration, Int64)])
    func sums(_ time: Int64, _ duration: Duration, _ sum: Int64) {
        #expect((HistoryTime(nanoseconds: time) + duration).nanoseconds == sum)
    }

    @Test("The longest distance is whole")
    func distance() {
        let (first, last) = (HistoryTime(nanoseconds: .min), HistoryTime(nanoseconds: .max))
        #expect(last - first > .seconds(Int64(18_446_744_073)))
        #expect((last - first).wholeNanoseconds == .max)
        #expect((first - last).wholeNanoseconds == .min)
    }

    @Test(
        "A stretch ends at its event, and has no negative length",
        arguments: [
            (250, -249), (0, 1), (-5, 1),
        ] as [(Int64, Int64)])
    func stretches(_ milliseconds: Int64, _ startMilliseconds: Int64) {
        let end = HistoryTime(nanoseconds: 1_000_000)
        let stretch = end.stretchBefore(milliseconds: milliseconds)
        #expect(stretch.upperBound == end)
        #expect(stretch.lowerBound.nanoseconds == startMilliseconds * 1_000_000)
    }
}

@Suite("A digest is the 64-bit FNV-1a of all bytes")
struct PayloadDigestTests {
    // From the test vectors of the authors' reference implementation (isthe.com/chongo/tech/comp/fnv).
    @Test(
        "Vector",
        arguments: [
            ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("b", "af63df4c8601f1a5"),
            ("foobar", "85944171f73967e8"),
            ("chongo was here!\n", "46810940eff5f915"),
        ])
    func vectors(_ text: String, _ digest: String) {
        #expect(PayloadDigest.of(text.utf8) == digest)
        #expect(PayloadDigest.of(text.utf8.lazy.map { $0 }) == digest)
    }

    @Test("Leading zeros are written")
    func padding() {
        #expect((0..<2_000).allSatisfy { PayloadDigest.of("\($0)".utf8).count == 16 })
    }

    @Test("An excerpt is the first 512 bytes, whatever they are")
    func excerpt() {
        #expect(PayloadDigest.excerpt(of: Array(repeating: UInt8(ascii: "x"), count: 600)).utf8.count == 512)
        #expect(PayloadDigest.excerpt(of: [0x61, 0xff, 0x62]) == "a\u{fffd}b")
        #expect(PayloadDigest.excerpt(of: []) == "")
    }
}
