/// How a session ended, as the client tells its user.
public struct SessionEnd: Sendable, Hashable, CustomStringConvertible {
    /// Close code.
    public var code: Int
    /// Reason, for people.
    public var reason: String
    /// Whether the server said so with a close frame.
    public var isByServer: Bool

    /// An end.
    public init(code: Int, reason: String, isByServer: Bool = false) {
        self.code = code
        self.reason = reason
        self.isByServer = isByServer
    }

    /// In words, for people.
    public var description: String { "\(code) \(reason)" }

    /// Whether it ends the way to a session instead of leading to the next transport.
    public var isFinalWhileConnecting: Bool {
        isByServer || code == 1000 || code == 2000 || (3000...4999).contains(code)
    }

    /// `/info` did not answer.
    public static let cannotConnect = SessionEnd(code: 1002, reason: "Cannot connect to server")
    /// No transport opened.
    public static let allTransportsFailed = SessionEnd(code: 2000, reason: "All transports failed")
    /// A transport did not open in time; leads to the next one.
    public static let transportTimedOut = SessionEnd(code: 2007, reason: "Transport timed out")
    /// The user of the client gave up on it.
    public static let connectLimitPassed = SessionEnd(code: 1000, reason: "the limit for connecting passed")
    /// A second open frame: the server does not know the session any more.
    public static let serverLostSession = SessionEnd(code: 1006, reason: "Server lost session")
    /// The user of the client closed it.
    public static let normal = SessionEnd(code: 1000, reason: "Normal closure")
}
