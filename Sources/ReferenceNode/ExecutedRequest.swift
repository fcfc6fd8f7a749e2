import History
import Wire

/// What the execution log keeps of a request.
struct ExecutedRequest: Sendable {
    private static let fieldLimit = 64
    private static let byteLimit = 8_192

    /// The request line and the fields, as they came.
    private let lines: KeptBytes.Place
    private let requestID: String?
    private let boot: ExecutionLog.Boot
    private let status: UInt16
    private let peer: String

    /// Keeps the request's lines in `kept`.
    init(_ request: HTTPRequest, boot: ExecutionLog.Boot, status: Int, in kept: inout KeptBytes) {
        lines = request.head.withLines(fields: Self.kept(of: request.head).fields) { kept.keep($0) }
        // The id counts wherever it stands.
        requestID = request.requestID
        self.boot = boot
        self.status = UInt16(clamping: status)
        self.peer = request.peer
    }

    /// How many bytes that a stranger chose are kept.
    static func cost(of request: HTTPRequest) -> Int {
        request.head.target.utf8.count + kept(of: request.head).bytes
    }

    /// How many fields are kept, and their bytes.
    private static func kept(of head: RequestHead) -> (fields: Int, bytes: Int) {
        var (fields, bytes) = (0, 0)
        while fields < min(head.fieldCount, fieldLimit), bytes + head.fieldBytes(at: fields) <= byteLimit {
            bytes += head.fieldBytes(at: fields)
            fields += 1
        }
        return (fields, bytes)
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
}
