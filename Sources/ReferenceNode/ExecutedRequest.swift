import History
import NIOHTTP1
import Wire

/// A request whose lines are few enough to be kept as they came, from which its fields can be had later.
struct ExecutedRequest: Sendable {
    private static let fieldLimit = 64
    private static let byteLimit = 8_192
    /// Longest lines, blanks around values included, that are kept as they came.
    static let limit = 2 * byteLimit

    /// The request line and the fields.
    let lines: KeptBytes.Place
    private let requestID: String?
    private let boot: ExecutionLog.Boot
    private let status: UInt16
    private let peer: String

    /// Keeps these lines of the request in `kept`; they must be no longer than `limit`.
    init(
        _ request: HTTPRequest, lines: UnsafeRawBufferPointer, boot: ExecutionLog.Boot, status: Int,
        in kept: inout KeptBytes
    ) {
        self.lines = kept.keep(lines)
        // The id counts wherever it stands.
        requestID = request.requestID
        self.boot = boot
        self.status = UInt16(clamping: status)
        self.peer = request.peer
    }

    /// How many fields of a request histories have.
    static func fieldCount(of head: RequestHead) -> Int {
        var (fields, bytes) = (0, 0)
        while fields < min(head.fieldCount, fieldLimit) {
            bytes += head.fieldBytes(at: fields)
            if bytes > byteLimit { break }
            fields += 1
        }
        return fields
    }

    /// What histories say of it.
    func kind(in log: ExecutionLog.Kept) -> HistoryEvent.Kind {
        let lines = log.bytes[lines].split(separator: 0x0A).map { $0.dropLast() }.filter { !$0.isEmpty }
        let words = lines.first?.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) } ?? []
        return .requestExecuted(
            RequestExecuted(
                requestID: requestID, bootID: log[boot], method: words.first ?? "",
                target: words.dropFirst().first ?? "", status: Int(status),
                headers: lines.dropFirst().map(Self.field), peer: peer))
    }

    private static func field(_ line: ArraySlice<UInt8>) -> [String] {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(name.count + 1).drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        return [String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self)]
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// What histories say of a request of any length.
    static func kind(of request: HTTPRequest, bootID: String, status: Int) -> HistoryEvent.Kind {
        let head = request.head
        return .requestExecuted(
            RequestExecuted(
                requestID: request.requestID, bootID: bootID, method: head.method.rawValue, target: head.target,
                status: status,
                headers: head.allFields.prefix(fieldCount(of: head)).map { [$0.name.lowercased(), $0.value] },
                peer: request.peer))
    }
}
