/// A node began to serve, for the first time or again after `kill`.
public struct NodeStarted: Codable, Sendable, Hashable {
    /// Its new boot.
    public var bootID: String
    /// Address it accepts on.
    public var listen: String
    /// A node that began to serve.
    public init(bootID: String, listen: String) {
        self.bootID = bootID
        self.listen = listen
    }
}

/// A node executed a request: its handler ran, whether or not the answer was delivered.
public struct RequestExecuted: Codable, Sendable, Hashable {
    /// `X-Stickler-Request` of the request; nil for a health check or a stranger.
    public var requestID: String?
    /// Boot that executed it.
    public var bootID: String
    /// HTTP method.
    public var method: String
    /// Request target with its query.
    public var target: String
    /// Status the node answered with.
    public var status: Int
    /// Header fields as the node saw them, names lower-cased, at most 64 fields and 8 KiB.
    public var headers: [[String]]
    /// Address of the peer as the node saw it.
    public var peer: String
    /// A request that was executed.
    public init(
        requestID: String?, bootID: String, method: String, target: String, status: Int, headers: [[String]],
        peer: String
    ) {
        self.requestID = requestID
        self.bootID = bootID
        self.method = method
        self.target = target
        self.status = status
        self.headers = headers
        self.peer = peer
    }

    /// Values of all fields of this lower-case name, in order.
    public func values(of name: String) -> [String] {
        headers.compactMap { $0.count == 2 && $0[0] == name ? $0[1] : nil }
    }
}

/// A node executed one application message of a session.
public struct MessageExecuted: Codable, Sendable, Hashable {
    /// Session name as the node knows it: the SockJS session segment, or the DDP session id on a raw WebSocket.
    public var session: String
    /// Boot that executed it.
    public var bootID: String
    /// The message, cut to its first 512 bytes.
    public var payload: String
    /// Bytes of the whole message.
    public var bytes: Int
    /// 64-bit FNV-1a of the whole message in hex.
    public var digest: String
    /// A message that was executed.
    public init(session: String, bootID: String, payload: String, bytes: Int, digest: String) {
        self.session = session
        self.bootID = bootID
        self.payload = payload
        self.bytes = bytes
        self.digest = digest
    }
}

/// A log was full and dropped events: what it says is no longer complete.
public struct LogTruncated: Codable, Sendable, Hashable {
    /// Events dropped.
    public var dropped: Int
    /// So many events are missing.
    public init(dropped: Int) { self.dropped = dropped }
}
