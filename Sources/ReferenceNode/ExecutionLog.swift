import Clocks
import History
import NIOConcurrencyHelpers
import Wire

/// What a node did, in order and bounded: a full log forgets the oldest, but nothing that a lease asked for; what it has
/// no room for then it counts.
final class ExecutionLog: Sendable {
    /// Requests and messages take their history form only when a page is asked for: most never are, and it costs what
    /// executing does.
    private enum Entry {
        // Kept apart, so that the others, of which there are most, take little.
        indirect case event(HistoryEvent)
        case request(ExecutedRequest, HistoryTime)
        case message(ExecutedMessage, HistoryTime)
    }

    /// A boot, as entries name it.
    typealias Boot = UInt32

    /// What requests and messages consist of.
    struct Kept {
        var bytes = KeptBytes()
        private var boots: [String] = []

        subscript(boot: Boot) -> String { boots[Int(boot)] }

        /// The boot of this id, which is nearly always the last one.
        mutating func boot(_ id: String) -> Boot {
            if let index = boots.lastIndex(of: id) { return Boot(index) }
            boots.append(id)
            return Boot(boots.count - 1)
        }
    }

    private struct Value {
        /// Their numbers go on behind those that were forgotten and those that were dropped.
        var entries = ChunkedQueue<Entry>()
        var kept = Kept()
        var bytes = 0
        /// Entries behind the last one that there was no room for.
        var dropped = 0
        /// The number from which a lease keeps everything; nil without one.
        var leasedFrom: Int?

        var total: Int { entries.end + dropped }
    }

    private let actor: HistoryActor
    private let capacity: Int
    private let byteCapacity: Int
    private let value = NIOLockedValueBox(Value())

    init(nodeID: String, capacity: Int = 200_000, byteCapacity: Int = 256 << 20) {
        self.actor = .node(nodeID)
        self.capacity = capacity
        self.byteCapacity = byteCapacity
    }

    /// From now on what is recorded is kept until the lease ends; what is older is the first to go.
    func beginLease() {
        value.withLockedValue { value in
            closeGap(&value)
            value.leasedFrom = value.entries.end
        }
    }

    /// Nothing need be kept any longer than there is room.
    func endLease() { value.withLockedValue { $0.leasedFrom = nil } }

    /// Once something was dropped under a lease nothing more is kept until it ends, so that the gap is at the end.
    func record(_ kind: HistoryEvent.Kind) {
        append(Self.cost(of: kind)) { _ in .event(HistoryEvent(actor: actor, kind: kind)) }
    }

    /// As the other.
    func record(_ request: HTTPRequest, bootID: String, status: Int) {
        request.head.withLines(fields: ExecutedRequest.fieldCount(of: request.head)) { lines in
            guard lines.count <= ExecutedRequest.limit else {
                return record(ExecutedRequest.kind(of: request, bootID: bootID, status: status))
            }
            append(lines.count) { kept in
                .request(
                    ExecutedRequest(
                        request, lines: lines, boot: kept.boot(bootID), status: status, in: &kept.bytes), .now)
            }
        }
    }

    /// As the others.
    func recordMessage(
        _ bytes: UnsafeRawBufferPointer, session: String, bootID: String, at time: HistoryTime = .now
    ) {
        guard bytes.count <= ExecutedMessage.limit else {
            return record(ExecutedMessage.kind(of: bytes, session: session, bootID: bootID))
        }
        append(bytes.count + session.utf8.count) { kept in
            .message(ExecutedMessage(bytes, session: session, boot: kept.boot(bootID), in: &kept.bytes), time)
        }
    }

    private func append(_ cost: Int, _ entry: (inout Kept) -> Entry) {
        value.withLockedValue { value in
            if value.dropped > 0, value.leasedFrom == nil { closeGap(&value) }
            while value.dropped == 0, value.entries.count >= capacity || value.bytes + cost > byteCapacity {
                guard value.entries.start < value.leasedFrom ?? .max, forgetOldest(&value) else { break }
            }
            if value.dropped == 0, value.entries.count < capacity, value.bytes + cost <= byteCapacity {
                value.bytes += cost
                value.entries.append(entry(&value.kept))
            } else {
                value.dropped += 1
            }
        }
    }

    private func forgetOldest(_ value: inout Value) -> Bool {
        guard let oldest = value.entries.popFirst() else { return false }
        switch oldest {
        case .event(let event): value.bytes -= Self.cost(of: event.kind)
        case .request(let request, _):
            value.bytes -= Int(request.lines.count)
            value.kept.bytes.forget(before: request.lines)
        case .message(let message, _):
            value.bytes -= Int(message.bytes.count) + message.session.utf8.count
            value.kept.bytes.forget(before: message.bytes)
        }
        return true
    }

    /// Forgets what is before a gap, so that there is none inside.
    private func closeGap(_ value: inout Value) {
        guard value.dropped > 0 else { return }
        value.entries.restart(at: value.total)
        value.kept.bytes.forgetAll()
        value.bytes = 0
        value.dropped = 0
    }

    /// Bytes that strangers chose.
    private static func cost(of kind: HistoryEvent.Kind) -> Int {
        switch kind {
        case .requestExecuted(let request):
            request.headers.reduce(request.target.utf8.count) { $0 + $1.reduce(0) { $0 + $1.utf8.count } }
        case .messageExecuted(let message): message.payload.utf8.count + message.session.utf8.count
        case .sessionOpened(let session): session.session.utf8.count
        case .sessionClosed(let session): session.session.utf8.count + session.reason.utf8.count
        default: 0
        }
    }

    /// Events from number `since` on; those that are not there any more, and those that never were, are one event that
    /// counts as many.
    func page(since: Int, limit: Int = LogPage.limit) -> LogPage {
        value.withLockedValue { value in
            let entries = value.entries
            let since = min(max(since, 0), value.total)
            let start = min(max(since, entries.start), entries.end)
            let end = min(start + limit, entries.end)
            var page = LogPage(next: end, clock: .now, events: missing(entries.start - since))
            for number in start..<end {
                if let entry = entries[number] { page.events.append(event(entry, value.kept)) }
            }
            if end == entries.end {
                page.events += missing(value.total - max(since, end))
                page.next = value.total
            }
            return page
        }
    }

    private func missing(_ count: Int) -> [HistoryEvent] {
        count > 0 ? [HistoryEvent(actor: actor, kind: .logTruncated(LogTruncated(dropped: count)))] : []
    }

    private func event(_ entry: Entry, _ kept: Kept) -> HistoryEvent {
        switch entry {
        case .event(let event): event
        case .request(let request, let time): HistoryEvent(time: time, actor: actor, kind: request.kind(in: kept))
        case .message(let message, let time): HistoryEvent(time: time, actor: actor, kind: message.kind(in: kept))
        }
    }
}
