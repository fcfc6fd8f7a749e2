package import Clocks
import History

/// One timer for each of many clients of an event loop, set and cleared in constant time (a hashed wheel, after Varghese
/// and Lauck 1987).
///
/// A timer is known by its client's number, a small integer, since the wheel's memory goes by the largest: 24 bytes each.
/// It never fires early, and late by a tick at most.
package struct TimerWheel: Sendable {
    private static let none: Int32 = -1

    private struct Timer: Sendable {
        /// The tick at which it is due; negative while it is not set.
        var due: Int64 = -1
        var next: Int32 = none
        /// Its predecessor in the slot; the first one has none.
        var previous: Int32 = none
    }

    private let start: MonotonicClock.Instant
    private let tick: Duration
    private var timers: [Timer] = []
    /// The first timer of each slot.
    private var slots: [Int32]
    /// A bit for each slot that has a timer.
    private var occupied: [UInt64]
    /// Timers up to this tick have fired.
    private var now: Int64 = -1

    /// A wheel without timers.
    ///
    /// - Parameters:
    ///   - tick: how exactly timers fire.
    ///   - slotBits: it has 2 to this power slots, 6 to 20; a timer farther away than they reach is looked at once a turn.
    package init(startingAt start: MonotonicClock.Instant, tick: Duration = .milliseconds(1), slotBits: Int = 13) {
        precondition((6...20).contains(slotBits) && tick > .zero)
        self.start = start
        self.tick = tick
        slots = Array(repeating: Self.none, count: 1 << slotBits)
        occupied = Array(repeating: 0, count: 1 << (slotBits - 6))
    }

    /// Lets the timer of this client fire at this instant instead of when it was to; nil clears it.
    package mutating func set(_ client: Int, at instant: MonotonicClock.Instant?) {
        while timers.count <= client { timers.append(Timer()) }
        let due = instant.map { max(Self.ticks(from: start, to: $0, tick), now + 1) } ?? -1
        guard timers[client].due != due else { return }
        unlink(client)
        timers[client].due = due
        if due >= 0 { link(client) }
    }

    /// Clears the timers that are due and appends their clients, in the order of ticks.
    package mutating func takeDue(at instant: MonotonicClock.Instant, into due: inout [Int]) {
        let last = Self.wholeTicks(from: start, to: instant, tick)
        guard last > now else { return }
        // More than a turn behind, every slot is looked at once.
        let first = max(now + 1, last - Int64(slots.count) + 1)
        let found = due.count
        now = last
        for tick in first...last {
            let slot = Int(tick) & (slots.count - 1)
            guard occupied[slot >> 6] >> UInt64(slot & 63) & 1 != 0 else { continue }
            var client = slots[slot]
            while client != Self.none {
                let next = timers[Int(client)].next
                if timers[Int(client)].due <= last {
                    unlink(Int(client))
                    due.append(Int(client))
                }
                client = next
            }
        }
        let dues = due[found...].map { timers[$0].due }
        if !zip(dues, dues.dropFirst()).allSatisfy({ $0 <= $1 }) {
            due[found...].sort { timers[$0].due < timers[$1].due }
        }
        for client in due[found...] { timers[client].due = -1 }
    }

    /// When to take what is due again; nil if no timer is set. There may turn out to be none then that is due.
    package var wakeAt: MonotonicClock.Instant? {
        let mask = slots.count - 1
        let first = Int(now + 1) & mask
        // The rest of the first word, the words behind it, and at last the beginning of the first one.
        var word = first >> 6
        var bits = (occupied[word] >> UInt64(first & 63)) << UInt64(first & 63)
        for _ in 0...occupied.count {
            if bits != 0 {
                let slot = word << 6 | bits.trailingZeroBitCount
                return start + tick * (Int(now + 1) + ((slot - first) & mask))
            }
            word = (word + 1) & (occupied.count - 1)
            bits = occupied[word]
        }
        return nil
    }

    private mutating func link(_ client: Int) {
        let slot = Int(timers[client].due) & (slots.count - 1)
        timers[client].next = slots[slot]
        timers[client].previous = Self.none
        if slots[slot] != Self.none { timers[Int(slots[slot])].previous = Int32(client) }
        slots[slot] = Int32(client)
        occupied[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    private mutating func unlink(_ client: Int) {
        let timer = timers[client]
        guard timer.due >= 0 else { return }
        let slot = Int(timer.due) & (slots.count - 1)
        if timer.previous == Self.none {
            slots[slot] = timer.next
        } else {
            timers[Int(timer.previous)].next = timer.next
        }
        if timer.next != Self.none { timers[Int(timer.next)].previous = timer.previous }
        timers[client].next = Self.none
        timers[client].previous = Self.none
        if slots[slot] == Self.none { occupied[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
    }

    /// Ticks until this instant, rounded up.
    private static func ticks(
        from start: MonotonicClock.Instant, to instant: MonotonicClock.Instant, _ tick: Duration
    ) -> Int64 {
        let whole = wholeTicks(from: start, to: instant, tick)
        return start + tick * Int(whole) < instant ? whole + 1 : whole
    }

    private static func wholeTicks(
        from start: MonotonicClock.Instant, to instant: MonotonicClock.Instant, _ tick: Duration
    ) -> Int64 {
        instant > start ? (instant - start).wholeNanoseconds / tick.wholeNanoseconds : 0
    }
}
