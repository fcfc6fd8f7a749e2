import Clocks
import Testing

@testable import Stress

@Suite struct OwnStallsTests {
    static let start = MonotonicClock.now

    @Test func `a deadline is excused where our own loops slept through enough of it`() {
        let stalls = OwnStalls()
        #expect(!stalls.excuse(since: Self.start))
        stalls.add(.seconds(1), at: Self.start + .seconds(2))
        #expect(!stalls.excuse(since: Self.start))
        stalls.add(.seconds(1), at: Self.start + .seconds(5))
        #expect(stalls.excuse(since: Self.start))
        #expect(!stalls.excuse(since: Self.start + .seconds(3)))
        #expect(stalls.lengths == [1, 1])
    }

    @Test func `the end of a session is excused where we were away for longer than its peer waits`() {
        let stalls = OwnStalls()
        func isExcused(opened: Duration, ended: Duration) -> Bool {
            stalls.excuseEnd(ofSessionSince: Self.start + opened, at: Self.start + ended)
        }
        for second in 1...9 { stalls.add(.milliseconds(900), at: Self.start + .seconds(second)) }
        #expect(!isExcused(opened: .zero, ended: .seconds(10)), "many short ones are not a long one")
        stalls.add(.seconds(5), at: Self.start + .seconds(20))
        for tick in 0..<500 { stalls.add(.milliseconds(160), at: Self.start + .seconds(20) + .milliseconds(tick)) }
        #expect(isExcused(opened: .zero, ended: .seconds(20)))
        #expect(isExcused(opened: .zero, ended: .seconds(49)))
        #expect(!isExcused(opened: .zero, ended: .seconds(51)), "by then a client knows")
        #expect(!isExcused(opened: .seconds(21), ended: .seconds(22)), "it was opened since")
    }

    @Test func `what is remembered is bounded`() {
        let stalls = OwnStalls()
        for second in 0..<5_000 { stalls.add(.milliseconds(200), at: Self.start + .seconds(second)) }
        #expect(stalls.lengths.count == 1_000)
        #expect(stalls.excuse(since: Self.start + .seconds(4_950)))
    }
}
