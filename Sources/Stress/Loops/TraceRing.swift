import Clocks
import StressResults
import Verdicts

/// What the clients of a loop did last, so that a violation can be shown with what led to it: the memory is that of the
/// ring, however many clients there are.
struct TraceRing {
    /// What a client did or saw.
    enum Event: UInt8 {
        case attempt, opened, failed, sent, received, requested, answered, broke, ended, heartbeat
    }

    private struct Entry {
        var client: UInt32 = .max
        var event = Event.attempt
        var node: NameNumber?
        var status: UInt16 = 0
        var number: UInt32 = 0
        var at: MonotonicClock.Instant?
    }

    /// Lines of one violation at most.
    private static let lineLimit = 12

    private var entries: [Entry]
    private var next = 0

    /// A ring of this many events.
    init(capacity: Int = 1 << 14) { entries = Array(repeating: Entry(), count: capacity) }

    mutating func record(
        _ event: Event, of client: Int, at: MonotonicClock.Instant, number: UInt32 = 0,
        node: NameNumber? = nil,
        status: Int = 0
    ) {
        entries[next] = Entry(
            client: UInt32(truncatingIfNeeded: client), event: event, node: node,
            status: UInt16(truncatingIfNeeded: status), number: number, at: at)
        next = next + 1 == entries.count ? 0 : next + 1
    }

    /// What this client did last, oldest first.
    func lines(of client: Int, since start: MonotonicClock.Instant, _ nodes: NameTable) -> [String] {
        var lines: [String] = []
        for step in 1...entries.count where lines.count < Self.lineLimit {
            let entry = entries[(next - step + entries.count) % entries.count]
            guard let at = entry.at else { break }
            guard entry.client == UInt32(truncatingIfNeeded: client) else { continue }
            let seconds = (Double((at - start) / .milliseconds(1)).rounded() / 1_000)
            lines.append("\(seconds) s  \(Self.words(entry, nodes))")
        }
        return lines.reversed()
    }

    private static func words(_ entry: Entry, _ nodes: NameTable) -> String {
        let by = entry.node.map { " by \(nodes[$0])" } ?? ""
        let status = entry.status == 0 ? "" : " with status \(entry.status)"
        return switch entry.event {
        case .attempt: "began to connect"
        case .opened: "session opened\(by)"
        case .failed: "no session came about\(status)"
        case .sent: "sent message \(entry.number)"
        case .received: "received message \(entry.number)"
        case .requested: "made request \(entry.number)"
        case .answered: "request \(entry.number) was answered\(by)\(status)"
        case .broke: "request \(entry.number) broke off"
        case .ended: "session ended\(entry.number == 0 ? "" : " with code \(entry.number)")"
        case .heartbeat: "received a heartbeat"
        }
    }
}
