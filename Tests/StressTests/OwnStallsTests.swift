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

    @Test func `what is remembered is bounded`() {
        let stalls = OwnStalls()
        for second in 0..<5_000 { stalls.add(.milliseconds(200), at: Self.start + .seconds(second)) }
        #expect(stalls.lengths.count == 1_000)
        #expect(stalls.excuse(since: Self.start + .seconds(4_950)))
    }
}
