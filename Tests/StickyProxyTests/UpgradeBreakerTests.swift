import Clocks
import Testing

@testable import StickyProxy

@Suite("The breaker of upgrades")
struct UpgradeBreakerTests {
    let start = MonotonicClock.now

    /// A breaker of two refusals and ten seconds that has seen these answers.
    func breaker(_ statuses: Int...) -> UpgradeBreaker {
        var breaker = UpgradeBreaker(.init(refusals: 2, pause: .seconds(10)))
        for status in statuses { breaker.answered(status, at: start) }
        return breaker
    }

    @Test("opens after so many refusals in a row and no earlier")
    func trips() {
        #expect(breaker().lets(at: start))
        #expect(breaker(400).lets(at: start))
        #expect(!breaker(400, 503).lets(at: start))
        #expect(breaker(400, 101, 400).lets(at: start))
        #expect(breaker(400, 302, 400).lets(at: start))
    }

    @Test("closes after its pause, and counts anew")
    func closes() {
        var breaker = breaker(400, 400)
        #expect(!breaker.lets(at: start + .milliseconds(9_999)))
        #expect(breaker.lets(at: start + .seconds(10)))
        breaker.answered(400, at: start + .seconds(10))
        #expect(breaker.lets(at: start + .seconds(10)))
        breaker.answered(400, at: start + .seconds(11))
        #expect(!breaker.lets(at: start + .seconds(20)))
    }

    @Test("without a rule never opens")
    func absent() {
        var breaker = UpgradeBreaker(nil)
        for _ in 0..<100 { breaker.answered(500, at: start) }
        #expect(breaker.lets(at: start))
    }
}
