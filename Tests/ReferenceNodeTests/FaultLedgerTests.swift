import Clocks
import History
import Testing

@testable import ReferenceNode

@Suite struct `A ledger of faults` {
    private let start = MonotonicClock.now
    private func at(_ seconds: Int) -> MonotonicClock.Instant { start + .seconds(seconds) }

    private func leased() -> FaultLedger {
        var ledger = FaultLedger()
        #expect(ledger.take("a", holder: "one", length: .seconds(20), at: start)?.until == at(20))
        return ledger
    }

    @Test func `gives a node to one at a time`() {
        var ledger = leased()
        #expect(ledger.take("b", holder: "two", length: .seconds(20), at: at(1)) == nil)
        #expect(ledger.lease?.holder == "one")
        #expect(ledger.renew("b", at: at(1)) == nil)
        #expect(ledger.end("b") == [])
        #expect(ledger.renew("a", at: at(10))?.until == at(30))
        #expect(ledger.wakeAt == at(30))
        #expect(ledger.timerFired(at: at(29)) == [])
        let lease = ledger.lease
        #expect(ledger.timerFired(at: at(30)) == lease.map { [.leaseEnded($0)] })
        #expect(ledger.renew("a", at: at(30)) == nil)
        #expect(ledger.take("b", holder: "two", length: .seconds(20), at: at(30)) != nil)
    }

    @Test func `heals with a lease what came under it, and nothing else`() throws {
        var ledger = leased()
        ledger.note(.kill, ends: .lease)
        ledger.note(.slow, ends: .lease)
        ledger.note(.hang, ends: .lease)
        ledger.note(.unhealthy, ends: .never)
        ledger.note(.refuseUpgrade, ends: .time(at(50)))
        // By hand, over the run's own.
        ledger.note(.slow, ends: .never)
        ledger.forget(.hang)
        let lease = try #require(ledger.lease)
        #expect(ledger.end("a") == [.heal([.kill]), .leaseEnded(lease)])
        #expect(ledger.wakeAt == at(50))
        #expect(ledger.timerFired(at: at(50)) == [.heal([.refuseUpgrade])])
        #expect(ledger.wakeAt == nil)
    }

    @Test func `heals what came under a lease that was not renewed`() throws {
        var ledger = leased()
        ledger.note(.kill, ends: .lease)
        ledger.note(.slow, ends: .time(at(5)))
        #expect(ledger.wakeAt == at(5))
        #expect(ledger.timerFired(at: at(5)) == [.heal([.slow])])
        let lease = try #require(ledger.lease)
        #expect(ledger.timerFired(at: at(21)) == [.heal([.kill]), .leaseEnded(lease)])
        #expect(ledger.timerFired(at: at(99)) == [])
    }
}
