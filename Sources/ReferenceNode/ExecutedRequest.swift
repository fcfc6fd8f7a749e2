import History
import NIOHTTP1

/// A request as it arrived, with what the execution log says of it.
struct ExecutedRequest: Sendable {
    private static let fieldLimit = 64
    private static let byteLimit = 8_192

    private let head: HTTPRequestHead
    private let requestID: String?
    private let bootID: String
    private let status: Int
    private let peer: String
    /// Bytes that a stranger chose.
    let cost: Int

    init(_ request: HTTPRequest, bootID: String, status: Int) {
        var head = request.head
        var bytes = 0
        let all = head.headers
        let kept = all.prefix(Self.fieldLimit).prefix { field in
            bytes += field.name.utf8.count + field.value.utf8.count
            return bytes <= Self.byteLimit
        }
        // The id counts wherever it stands.
        requestID = request.requestID
        if kept.count < all.count { head.headers = HTTPHeaders(kept.map { ($0.name, $0.value) }) }
        self.head = head
        self.bootID = bootID
        self.status = status
        self.peer = request.peer
        self.cost = head.uri.utf8.count + min(bytes, Self.byteLimit)
    }

    var kind: HistoryEvent.Kind {
        .requestExecuted(
            RequestExecuted(
                requestID: requestID, bootID: bootID, method: head.method.rawValue, target: head.uri, status: status,
                headers: head.headers.map { [$0.name.lowercased(), $0.value] }, peer: peer))
    }
}
