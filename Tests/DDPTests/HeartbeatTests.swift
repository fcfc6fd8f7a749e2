import Clocks
import DDP
import Testing

@Suite struct `The DDP heartbeat` {
    private let start = MonotonicClock.now
    private let timing = Heartbeat.Timing(interval: .seconds(10), timeout: .seconds(7))
    private func at(_ seconds: Int) -> MonotonicClock.Instant { start + .seconds(seconds) }

    @Test func `pings a quiet peer at every second tick, since the pong counts as a packet`() {
        var heartbeat = Heartbeat(timing: timing, at: start)
        var pings: [Int] = []
        for second in stride(from: 10, through: 50, by: 10) {
            #expect(heartbeat.wakeAt == at(second))
            if heartbeat.timerFired(at: at(second)) == .ping {
                pings.append(second)
                heartbeat.packetReceived()
            }
        }
        #expect(pings == [10, 30, 50])
    }

    @Test func `gives a mute peer up after the timeout`() {
        var heartbeat = Heartbeat(timing: timing, at: start)
        #expect(heartbeat.timerFired(at: at(10)) == .ping)
        #expect(heartbeat.wakeAt == at(17))
        #expect(heartbeat.timerFired(at: at(17)) == .timedOut)
    }

    @Test func `does not ping again while a ping is unanswered`() {
        var heartbeat = Heartbeat(timing: .init(interval: .seconds(10), timeout: .seconds(25)), at: start)
        let actions = [10, 20, 30, 35].map { second in
            #expect(heartbeat.wakeAt == at(second))
            return heartbeat.timerFired(at: at(second))
        }
        #expect(actions == [.ping, .none, .none, .timedOut])
    }

    @Test func `never pings a peer that talks`() {
        var heartbeat = Heartbeat(timing: timing, at: start)
        for second in stride(from: 10, through: 50, by: 10) {
            heartbeat.packetReceived()
            #expect(heartbeat.timerFired(at: at(second)) == .none)
        }
    }
}
