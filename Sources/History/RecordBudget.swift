import Synchronization

/// The memory that the recorders of one run share for what strangers sent: fields, bodies, messages.
public final class RecordBudget: Sendable {
    /// How much there is unless told otherwise; a run of the whole catalogue stays far below it.
    public static let bytes = 128 << 20

    private let left: Mutex<Int>

    /// Room for so many bytes.
    public init(bytes: Int = RecordBudget.bytes) { left = Mutex(bytes) }

    /// Whether so many more can be kept. What costs nothing always can.
    public func has(_ bytes: Int) -> Bool { bytes == 0 || left.withLock { $0 >= bytes } }

    /// Takes so many; false, and none, if there are not as many left.
    func take(_ bytes: Int) -> Bool {
        left.withLock { left in
            guard bytes == 0 || left >= bytes else { return false }
            left -= bytes
            return true
        }
    }
}

extension HistoryEvent.Kind {
    /// Bytes of it that strangers chose.
    var foreignBytes: Int {
        switch self {
        case .responseReceived(let response):
            response.headers.reduce(response.body.utf8.count) { $0 + $1.reduce(0) { $0 + $1.utf8.count } }
        case .requestExecuted(let request):
            request.headers.reduce(request.target.utf8.count) { $0 + $1.reduce(0) { $0 + $1.utf8.count } }
        case .messageExecuted(let message): message.payload.utf8.count
        case .messageReceived(let message): message.payload.utf8.count
        default: 0
        }
    }
}
