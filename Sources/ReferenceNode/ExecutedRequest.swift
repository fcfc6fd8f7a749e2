import History
import Wire

/// A request as it arrived, with what the execution log says of it.
struct ExecutedRequest: Sendable {
    private static let fieldLimit = 64
    private static let byteLimit = 8_192

    private let head: RequestHead
    private let requestID: String?
    private let bootID: String
    private let status: Int
    private let peer: String
    /// Bytes that a stranger chose.
    let cost: Int

    init(_ request: HTTPRequest, bootID: String, status: Int) {
        let all = request.head
        var bytes = 0
        var kept = 0
        while kept < min(all.fieldCount, Self.fieldLimit) {
            bytes += all.fieldBytes(at: kept)
            if bytes > Self.byteLimit { break }
            kept += 1
        }
        // The id counts wherever it stands.
        requestID = request.requestID
        head = kept < all.fieldCount ? all.keepingFields(kept) : all
        self.bootID = bootID
        self.status = status
        self.peer = request.peer
        self.cost = head.target.utf8.count + min(bytes, Self.byteLimit)
    }

    var kind: HistoryEvent.Kind {
        .requestExecuted(
            RequestExecuted(
                requestID: requestID, bootID: bootID, method: head.method.rawValue, target: head.target,
                status: status, headers: head.allFields.map { [$0.name.lowercased(), $0.value] }, peer: peer))
    }
}
