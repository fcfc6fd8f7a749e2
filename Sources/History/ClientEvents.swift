/// A virtual client sent an HTTP request (an upgrade request too).
public struct RequestSent: Codable, Sendable, Hashable {
    /// Unique in the run; sent as `X-Stickler-Request`.
    public var requestID: String
    /// The SockJS, DDP or WebSocket session it belongs to, if any.
    public var session: String?
    /// The TCP connection it went out on, unique in the run.
    public var connection: String
    /// HTTP method.
    public var method: String
    /// Request target with its query.
    public var target: String
    /// What the workload wants to learn from it; checkers select by it.
    public var label: RequestLabel
    /// Cookie header as sent, if any.
    public var cookie: String?
    /// `Host` as sent; nil where it was not recorded.
    public var host: String?
    /// Address the client sent it from; nil where the system chose one.
    public var source: String?

    /// A request as it went out.
    public init(
        requestID: String, session: String? = nil, connection: String, method: String, target: String,
        label: RequestLabel,
        cookie: String? = nil, host: String? = nil, source: String? = nil
    ) {
        self.requestID = requestID
        self.session = session
        self.connection = connection
        self.method = method
        self.target = target
        self.label = label
        self.cookie = cookie
        self.host = host
        self.source = source
    }

    /// The target without its query.
    public var path: Substring { target.prefix { $0 != "?" } }
}

/// The answer to a request arrived whole; that of a stream, its head.
public struct ResponseReceived: Codable, Sendable, Hashable {
    /// The request it answers.
    public var requestID: String
    /// HTTP status.
    public var status: Int
    /// Node that says it answered (`X-Stickler-Node`), if one said so.
    public var nodeID: String?
    /// Boot of that node (`X-Stickler-Boot`).
    public var bootID: String?
    /// Header fields in order, names lower-cased.
    public var headers: [[String]]
    /// Body, cut to its first 512 bytes.
    public var body: String
    /// Bytes of the whole body.
    public var bodyBytes: Int

    /// An answer as it came.
    public init(
        requestID: String, status: Int, nodeID: String?, bootID: String?, headers: [[String]] = [], body: String = "",
        bodyBytes: Int = 0
    ) {
        self.requestID = requestID
        self.status = status
        self.nodeID = nodeID
        self.bootID = bootID
        self.headers = headers
        self.body = body
        self.bodyBytes = bodyBytes
    }

    /// Values of all fields of this lower-case name, in order.
    public func values(of name: String) -> [String] {
        headers.compactMap { $0.count == 2 && $0[0] == name ? $0[1] : nil }
    }
}

/// A request got no whole answer.
public struct RequestFailed: Codable, Sendable, Hashable {
    /// The request.
    public var requestID: String
    /// How it failed.
    public var failure: RequestFailure
    /// The error in words.
    public var detail: String
    /// A request that failed so.
    public init(requestID: String, failure: RequestFailure, detail: String) {
        self.requestID = requestID
        self.failure = failure
        self.detail = detail
    }
}

/// How a request can fail.
public enum RequestFailure: String, Codable, Sendable, Hashable {
    /// The TCP connection was refused or could not be made.
    case connectFailed = "connect-failed"
    /// We had no descriptor left to connect with; it says nothing of the peer.
    case exhausted = "out-of-descriptors"
    /// The peer closed or reset before a whole answer.
    case closedEarly = "closed-early"
    /// Our own deadline passed.
    case timedOut = "timed-out"
    /// The answer was not HTTP/1.1, or broke a rule of the upgrade.
    case malformed
}

/// A session got its name, and a label that says what it is for.
public struct SessionNamed: Codable, Sendable, Hashable {
    /// Its name.
    public var session: String
    /// What the workload wants to learn from it; checkers select by it.
    public var label: String
    /// A session of this name.
    public init(session: String, label: String) {
        self.session = session
        self.label = label
    }
}

/// A session of a client opened: SockJS `o`, raw WebSocket 101, or DDP `connected`.
public struct SessionOpened: Codable, Sendable, Hashable {
    /// Its name.
    public var session: String
    /// Which connection of the session this is, from 1.
    public var epoch: Int
    /// What carries it.
    public var transport: SessionTransport
    /// Node that owns it, where it said so.
    public var nodeID: String?
    /// Boot of that node.
    public var bootID: String?
    /// A session that opened.
    public init(session: String, epoch: Int, transport: SessionTransport, nodeID: String?, bootID: String?) {
        self.session = session
        self.epoch = epoch
        self.transport = transport
        self.nodeID = nodeID
        self.bootID = bootID
    }
}

/// A session of a client ended.
public struct SessionClosed: Codable, Sendable, Hashable {
    /// Its name.
    public var session: String
    /// Which connection of the session.
    public var epoch: Int
    /// Close code as the client's API would report it (1006 without a close frame).
    public var code: Int
    /// Its reason.
    public var reason: String
    /// What ended it.
    public var cause: EndCause
    /// A session that ended.
    public init(session: String, epoch: Int, code: Int, reason: String, cause: EndCause) {
        self.session = session
        self.epoch = epoch
        self.code = code
        self.reason = reason
        self.cause = cause
    }
}

/// A rung of the transport ladder was tried.
public struct TransportAttempted: Sendable, Hashable {
    /// The session.
    public var session: String
    /// The transport tried.
    public var transport: SessionTransport
    /// What came of it.
    public var outcome: AttemptOutcome
    /// Milliseconds from the start of the attempt to its outcome.
    public var milliseconds: Int64

    /// An attempt with its outcome.
    public init(session: String, transport: SessionTransport, outcome: AttemptOutcome, milliseconds: Int64) {
        self.session = session
        self.transport = transport
        self.outcome = outcome
        self.milliseconds = milliseconds
    }
}

extension TransportAttempted: Codable {
    private enum Key: String, CodingKey { case session, transport, milliseconds }

    /// Reads it as it stands in a file, the outcome's fields among its own.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        session = try container.decode(String.self, forKey: .session)
        transport = try container.decode(SessionTransport.self, forKey: .transport)
        outcome = try AttemptOutcome(from: decoder)
        milliseconds = try container.decode(Int64.self, forKey: .milliseconds)
    }

    /// Writes it as it stands in a file.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(session, forKey: .session)
        try container.encode(transport, forKey: .transport)
        try container.encode(milliseconds, forKey: .milliseconds)
        try outcome.encode(to: encoder)
    }
}

/// A step of a client's script is done, such as a DDP call.
public struct ScriptStep: Codable, Sendable, Hashable {
    /// The session.
    public var session: String
    /// The step.
    public var step: String
    /// `ok`, or what came instead.
    public var outcome: String
    /// Milliseconds it took; the event's time is its end.
    public var milliseconds: Int64
    /// Name of the step by which a client leaves: whatever ends after it ends as it should.
    public static let stopStep = "stop"

    /// A step with its outcome.
    public init(session: String, step: String, outcome: String, milliseconds: Int64) {
        self.session = session
        self.step = step
        self.outcome = outcome
        self.milliseconds = milliseconds
    }
}

/// An application message of a session, sent or received.
public struct Message: Codable, Sendable, Hashable {
    /// The session.
    public var session: String
    /// Which connection of the session.
    public var epoch: Int
    /// Number of the message in its direction, from 1, where the payload bears one.
    public var number: Int?
    /// Payload, cut to its first 512 bytes; bytes that are not UTF-8 appear as U+FFFD.
    public var payload: String
    /// Bytes of the whole payload.
    public var bytes: Int
    /// 64-bit FNV-1a of the whole payload in hex, so that altered bytes show.
    public var digest: String
    /// A message of this session.
    public init(session: String, epoch: Int, number: Int?, payload: String, bytes: Int, digest: String) {
        self.session = session
        self.epoch = epoch
        self.number = number
        self.payload = payload
        self.bytes = bytes
        self.digest = digest
    }
}

/// What a session's receiving leg showed beside messages.
public struct FrameReceived: Codable, Sendable, Hashable {
    /// What it was.
    public enum Kind: String, Codable, Sendable, Hashable {
        /// What comes before the frames of a stream.
        case prelude
        /// A heartbeat.
        case heartbeat
        /// The clean end of a stream's answer.
        case end
        /// Something that is no frame.
        case malformed
    }

    /// The session.
    public var session: String
    /// Which connection of the session.
    public var epoch: Int
    /// The request that brought it, where one did.
    public var requestID: String?
    /// What it was.
    public var frame: Kind
    /// Its bytes; at the end those of the whole body.
    public var bytes: Int
    /// A frame of this session.
    public init(session: String, epoch: Int, requestID: String?, frame: Kind, bytes: Int) {
        self.session = session
        self.epoch = epoch
        self.requestID = requestID
        self.frame = frame
        self.bytes = bytes
    }
}
