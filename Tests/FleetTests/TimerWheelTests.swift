import Clocks
import Testing

@testable import Fleet

@Suite struct `A timer wheel` {
    static let start = MonotonicClock.now

    static func due(_ wheel: inout TimerWheel, at milliseconds: Int) -> [Int] {
        var due: [Int] = []
        wheel.takeDue(at: start + .milliseconds(milliseconds), into: &due)
        return due
    }

    @Test func `fires once, in order, and never early`() {
        var wheel = TimerWheel(startingAt: Self.start)
        for (client, at) in [(0, 30), (1, 10), (2, 20), (3, 10)] {
            wheel.set(client, at: Self.start + .milliseconds(at))
        }
        #expect(wheel.wakeAt == Self.start + .milliseconds(10))
        #expect(Self.due(&wheel, at: 9) == [])
        #expect(Set(Self.due(&wheel, at: 10)) == [1, 3])
        #expect(wheel.wakeAt == Self.start + .milliseconds(20))
        #expect(Self.due(&wheel, at: 100) == [2, 0])
        #expect(wheel.wakeAt == nil)
        #expect(Self.due(&wheel, at: 1000) == [])
    }

    @Test func `rounds up to its tick`() {
        var wheel = TimerWheel(startingAt: Self.start)
        wheel.set(0, at: Self.start + .microseconds(1500))
        #expect(wheel.wakeAt == Self.start + .milliseconds(2))
        #expect(Self.due(&wheel, at: 1) == [])
        #expect(Self.due(&wheel, at: 2) == [0])
    }

    @Test func `can be set anew and cleared`() {
        var wheel = TimerWheel(startingAt: Self.start)
        wheel.set(5, at: Self.start + .milliseconds(10))
        wheel.set(5, at: Self.start + .milliseconds(20))
        #expect(Self.due(&wheel, at: 15) == [])
        wheel.set(5, at: nil)
        #expect(wheel.wakeAt == nil)
        #expect(Self.due(&wheel, at: 50) == [])
    }

    @Test func `fires what is set for the past at the next tick`() {
        var wheel = TimerWheel(startingAt: Self.start)
        _ = Self.due(&wheel, at: 100)
        wheel.set(0, at: Self.start)
        #expect(wheel.wakeAt == Self.start + .milliseconds(101))
        #expect(Self.due(&wheel, at: 101) == [0])
    }

    @Test func `keeps what is farther away than its slots reach`() {
        var wheel = TimerWheel(startingAt: Self.start, slotBits: 6)
        wheel.set(0, at: Self.start + .milliseconds(1000))
        var wakes = 0
        while let wakeAt = wheel.wakeAt {
            wakes += 1
            var due: [Int] = []
            wheel.takeDue(at: wakeAt, into: &due)
            #expect(due.isEmpty == (wakeAt < Self.start + .milliseconds(1000)))
        }
        #expect(wakes == 16)
    }

    /// Against a table of the same timers, with steps from less than a tick to many turns.
    @Test(arguments: [6, 13]) func `agrees with a plain table`(slotBits: Int) {
        var generator = SystemRandomNumberGenerator()
        var wheel = TimerWheel(startingAt: Self.start, slotBits: slotBits)
        var table: [Int: Int] = [:]
        var now = 0
        for _ in 0..<5000 {
            let client = Int.random(in: 0..<50, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                wheel.set(client, at: nil)
                table[client] = nil
            case 1:
                now += [0, 1, 7, 64, 300].randomElement(using: &generator) ?? 1
                let fired = Self.due(&wheel, at: now)
                let expected = table.filter { $0.value <= now }
                #expect(Set(fired) == Set(expected.keys) && fired.count == expected.count)
                #expect(fired.map { expected[$0] ?? 0 } == expected.values.sorted())
                for client in fired { table[client] = nil }
            default:
                let at = now + Int.random(in: 1...400, using: &generator)
                wheel.set(client, at: Self.start + .milliseconds(at))
                table[client] = at
            }
            if let earliest = table.values.min() {
                #expect(wheel.wakeAt.map { $0 <= Self.start + .milliseconds(earliest) } == true)
            } else {
                #expect(wheel.wakeAt == nil)
            }
        }
    }
}
