/// What a client is told, and the constants it is built with; the presets are sockjs-client 1.6.1 and Meteor's use of it.
public struct ClientOptions: Sendable, Hashable {
    /// Transports in the order in which they are tried.
    public var ladder: [ClientTransport]
    /// Where the page stands that runs the client; decides which transports are eligible.
    public var page: ClientPage = .sameOrigin
    /// `/info` must be answered within this time; there is no fallback without it.
    public var infoDeadline: Duration = ClientTiming.infoDeadline
    /// Least time that each transport gets to open, however short the round trip.
    public var leastTransportDeadline: Duration = .zero
    /// The same for each transport over plain HTTP alone, the rungs that a broken upgrade leads to; what the deadlines of
    /// transports before it would take away included.
    public var leastFallbackDeadline: Duration = .zero
    /// Most time that a WebSocket gets to open, however long the round trip; nil sets no limit.
    public var longestUpgradeDeadline: Duration?
    /// Longest way to an open session, all attempts together; nil sets no limit.
    public var connectLimit: Duration?
    /// Pause after each answered send, so that the next poll leaves before the next send.
    public var sendGap: Duration = .milliseconds(25)
    /// Pause before each receive request but the first; browsers make none.
    public var pollDelay: Duration = .zero
    /// How long a `jsonp` answer may take.
    public var jsonpLimit: Duration = .seconds(35)
    /// How long a client waits after a `jsonp` script failed before it says so.
    public var jsonpErrorDelay: Duration = .seconds(1)
    /// How long a client waits after an `eventsource` answer ended before it goes on.
    public var eventsourceDelay: Duration = .milliseconds(200)
    /// Most bytes of one frame, and of the messages that wait to be sent.
    public var byteLimit: Int = 32 << 20

    /// These transports with everything else as in sockjs-client.
    public init(ladder: [ClientTransport] = ClientOptions.defaultLadder) { self.ladder = ladder }

    /// Every transport of a browser of today, in the client's own order.
    public static let defaultLadder: [ClientTransport] = [
        .websocket, .xhrStreaming, .eventsource, .iframeEventsource, .htmlfile, .iframeHtmlfile, .xhrPolling,
        .iframeXHRPolling, .jsonpPolling,
    ]

    /// What Meteor allows: no streaming.
    public static let meteorLadder: [ClientTransport] = [.websocket, .xhrPolling, .iframeXHRPolling, .jsonpPolling]

    /// sockjs-client as it comes.
    public static let sockJS = ClientOptions()

    /// As Meteor uses it: its ladder, and ten seconds for the whole way to a session.
    public static let meteor: ClientOptions = {
        var options = ClientOptions(ladder: meteorLadder)
        options.connectLimit = ClientTiming.meteorConnectLimit
        return options
    }()

    /// The same with only these transports allowed; the order stays that of the ladder.
    public func allowing(_ transports: Set<ClientTransport>) -> ClientOptions {
        var options = self
        options.ladder.removeAll { !transports.contains($0) }
        return options
    }

    /// How long this transport may take to open after an `/info` that took so long.
    public func deadline(of transport: ClientTransport, infoRoundTrip: Duration) -> Duration {
        let timeout = ClientTiming.retransmissionTimeout(infoRoundTrip: infoRoundTrip)
        let usual = max(leastTransportDeadline, timeout * transport.roundTrips)
        guard transport == .websocket else { return max(leastFallbackDeadline, usual) }
        return longestUpgradeDeadline.map { min($0, usual) } ?? usual
    }
}
