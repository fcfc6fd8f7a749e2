import Clocks
import StressResults

/// When a client sends its next message, and how many it still sends.
struct TalkPace {
    private enum Mode {
        /// Not before an answer, or a session, has come.
        case awaiting
        /// At that moment, on an open session.
        case thinking(until: MonotonicClock.Instant)
        /// By a schedule, whether there is a session or not.
        case scheduled(SendTimes)
        case quiet
    }

    private var mode: Mode
    /// Messages that are still to be sent; `Int.max` without a limit.
    private var left: Int

    /// A pace by these times, or that of a closed loop.
    init(_ times: SendTimes?, limit: Int?) {
        mode = times.map { .scheduled($0) } ?? .awaiting
        left = limit ?? .max
    }

    /// Whether it says nothing more, ever.
    var isDone: Bool {
        if case .quiet = mode { return true }
        return left == 0
    }

    /// When the next message is due; nil while none is.
    func due(isOpen: Bool) -> MonotonicClock.Instant? {
        guard left > 0 else { return nil }
        return switch mode {
        case .thinking(let until): isOpen ? until : nil
        case .scheduled(let times): times.next
        case .awaiting, .quiet: nil
        }
    }

    /// Takes the next message where it is due, and gives the moment when it was to leave.
    mutating func take(at now: MonotonicClock.Instant, isOpen: Bool) -> MonotonicClock.Instant? {
        guard let due = due(isOpen: isOpen), due <= now else { return nil }
        left -= 1
        if case .scheduled(var times) = mode {
            times.advance()
            mode = .scheduled(times)
        } else {
            mode = .awaiting
        }
        return due
    }

    /// Thinks up to that moment, where it waited for an answer or a session.
    mutating func think(until moment: MonotonicClock.Instant) {
        if case .awaiting = mode { mode = .thinking(until: moment) }
    }

    /// Whether it waits for an answer or a session.
    var isAwaiting: Bool {
        if case .awaiting = mode { return true }
        return false
    }

    /// The session is over: what it was thinking about waits for the next one.
    mutating func interrupt() {
        if case .thinking = mode { mode = .awaiting }
    }

    /// Sends nothing from here on.
    mutating func quieten() { mode = .quiet }
}
