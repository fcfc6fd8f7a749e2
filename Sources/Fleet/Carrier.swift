import History
public import SockJS

/// What carries the application's messages: a SockJS session on one of its transports, or a raw WebSocket.
public protocol Carrier: Sendable {
    /// The client it belongs to.
    var client: VirtualClient { get }
    /// Name of the session in the history.
    var session: String { get }
    /// Which connection of the session this is, from 1.
    var epoch: Int { get }
    /// Node that opened it, if it said so.
    var nodeID: String? { get }

    /// Sends one message; the error says why it was not taken.
    func send(_ message: String) async throws(CarrierError)
    /// The next message; halves of surrogate pairs become U+FFFD.
    func receive(within limit: Duration) async throws(CarrierError) -> String
    /// Sends one message, which may hold halves of surrogate pairs.
    func send(message: SockJSMessage) async throws(CarrierError)
    /// The next message as it came.
    func receiveMessage(within limit: Duration) async throws(CarrierError) -> SockJSMessage
    /// Ends the session from the client's side.
    func close() async
}

extension Carrier {
    /// Sends one message; halves of surrogate pairs become U+FFFD.
    public func send(message: SockJSMessage) async throws(CarrierError) { try await send(message.string) }

    /// The next message as it came, halves of surrogate pairs lost.
    public func receiveMessage(within limit: Duration) async throws(CarrierError) -> SockJSMessage {
        SockJSMessage(try await receive(within: limit))
    }
}

/// Why a session can't go on.
public enum CarrierError: Error, Hashable, Sendable {
    /// It ended with this close code and reason.
    case closed(code: Int, reason: String)
    /// Nothing came within our deadline; the session may still live.
    case timedOut
}

/// Why a session did not open.
public struct OpenFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What came instead.
    public var description: String
    /// HTTP status that came instead, if one did.
    public var status: Int?
    /// How the client's own algorithm reads it; nil where it is left out.
    public var end: SessionEnd?

    init(_ outcome: RequestOutcome, end: SessionEnd? = nil) {
        description = outcome.summary
        status = outcome.status
        self.end = end
    }

    init(_ description: String, status: Int? = nil, end: SessionEnd? = nil) {
        self.description = description
        self.status = status
        self.end = end
    }
}

extension RequestOutcome {
    /// The outcome in a few words.
    public var summary: String {
        switch self {
        case .response(let response, let body):
            "http status \(response.status), body \(body.prefix(64).debugDescription)"
        case .failed(let failed): failed.detail
        }
    }
}
