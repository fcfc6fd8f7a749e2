import History
import NIOConcurrencyHelpers

/// What a node did, in order and bounded: a full log counts what it drops.
final class ExecutionLog: Sendable {
    /// Part of a log.
    struct Page: Encodable {
        /// Where the next page begins.
        var next: Int
        var clock: HistoryTime
        var events: [HistoryEvent]
    }

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
        var entries = ChunkedArray<Entry>()
        var kept = Kept()
        var bytes = 0
        var dropped = 0
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

    /// Once something was dropped nothing more is kept, so that the gap is at the end.
    func record(_ kind: HistoryEvent.Kind) {
        append(Self.cost(of: kind)) { _ in .event(HistoryEvent(actor: actor, kind: kind)) }
    }

    /// As the other: once something was dropped nothing more is kept.
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
            value.bytes += cost
            if value.dropped == 0, value.entries.count < capacity, value.bytes <= byteCapacity {
                value.entries.append(entry(&value.kept))
            } else {
                value.dropped += 1
            }
        }
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

    /// Events from number `since` on; what was dropped is one event that counts as many.
    func page(since: Int, limit: Int = 5_000) -> Page {
        value.withLockedValue { value in
            let start = min(max(since, 0), value.entries.count)
            let end = min(start + limit, value.entries.count)
            var page = Page(next: end, clock: .now, events: (start..<end).map { event(value.entries[$0], value.kept) })
            let total = value.entries.count + value.dropped
            if end == value.entries.count, value.dropped > 0 {
                if since < total {
                    let missing = value.dropped - max(0, since - value.entries.count)
                    page.events.append(HistoryEvent(actor: actor, kind: .logTruncated(LogTruncated(dropped: missing))))
                }
                page.next = total
            }
            return page
        }
    }

    private func event(_ entry: Entry, _ kept: Kept) -> HistoryEvent {
        switch entry {
        case .event(let event): event
        case .request(let request, let time): HistoryEvent(time: time, actor: actor, kind: request.kind(in: kept))
        case .message(let message, let time): HistoryEvent(time: time, actor: actor, kind: message.kind(in: kept))
        }
    }
}
