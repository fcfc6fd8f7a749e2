public import SockJS

/// SockJS's way to a session: `/info` first, then rung after rung of the transport ladder, each with its own deadline.
public struct SockJSConnector: Sendable {
    /// Path of the service, such as `/sockjs`.
    public var service: String
    /// The client library's constants: ladder, page, limits.
    public var options: ClientOptions
    /// Which connection plain requests take.
    public var connection: ConnectionUse
    /// When requests are made.
    package var pace: SockJSCarrier.Pace

    /// A connector of this service.
    public init(
        service: String = "/sockjs", ladder: [ClientTransport] = [.websocket, .xhrPolling],
        connection: ConnectionUse = .fresh, limit: Duration = ClientTiming.meteorConnectLimit
    ) {
        var options = ClientOptions(ladder: ladder)
        options.connectLimit = limit
        self.init(service: service, options: options, connection: connection)
    }

    /// A connector with these constants, such as `.meteor`.
    package init(
        service: String = "/sockjs", options: ClientOptions, connection: ConnectionUse = .fresh,
        pace: SockJSCarrier.Pace = .onDemand
    ) {
        self.service = service
        self.options = options
        self.connection = connection
        self.pace = pace
    }

    /// Connects once. `session` names it in the history over all its epochs.
    public func connect(
        _ client: VirtualClient, session: String, epoch: Int = 1
    ) async -> Result<any Carrier, OpenFailure> {
        let plan = SessionPlan(.ladder(service: service), options: options, pace: pace, connection: connection)
        return await SessionHandle.open(client, session: session, epoch: epoch, plan).map { opened in
            switch opened.opening.carriage {
            case .webSocket: WebSocketCarrier(opened.handle, nodeID: opened.opening.nodeID)
            case .http(let transport, let path):
                SockJSCarrier(
                    opened.handle, transport, at: path, nodeID: opened.opening.nodeID, connection, pace)
            }
        }
    }
}
