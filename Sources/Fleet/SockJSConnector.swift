import Foundation
import History
import SockJS

/// SockJS's way to a session: `/info` first, then rung after rung of the transport ladder, each with its own deadline.
public struct SockJSConnector: Sendable {
    /// Path of the service, such as `/sockjs`.
    public var service: String
    /// Rungs in order; the default is Meteor's ladder for a browser of today.
    public var ladder: [Transport]
    /// Which connection plain requests take.
    public var connection: ConnectionUse
    /// Longest way to a session, all together; Meteor gives up after 10 s.
    public var limit: Duration

    /// A connector of this service.
    public init(
        service: String = "/sockjs", ladder: [Transport] = [.websocket, .xhr], connection: ConnectionUse = .fresh,
        limit: Duration = ClientTiming.meteorConnectLimit
    ) {
        self.service = service
        self.ladder = ladder
        self.connection = connection
        self.limit = limit
    }

    /// Connects once. `session` names it in the history over all its epochs.
    public func connect(
        _ client: VirtualClient, session: String, epoch: Int = 1
    ) async -> Result<any Carrier, OpenFailure> {
        let started = ContinuousClock.now
        let deadline = started + limit
        let info = await client.request(
            "GET", "\(service)/info",
            RequestPlan(
                label: RequestLabel.info, session: session, connection: connection,
                limit: min(ClientTiming.infoDeadline, limit)))
        guard info.status == 200, let body = info.body else {
            return .failure(OpenFailure("info: \(info.summary)"))
        }
        let roundTrip = ContinuousClock.now - started
        // SockJS takes an unreadable info for an empty one.
        let webSocketAllowed = (try? SockJSInfo(parsing: body))?.websocket ?? true
        let server = client.draw { SessionPath.randomServer(using: &$0) }
        var last = OpenFailure("no transport is allowed")
        for transport in ladder where transport != .websocket || webSocketAllowed {
            let path = SessionPath(
                prefix: service, server: server, session: client.draw { SessionPath.randomSession(using: &$0) },
                transport: transport)
            let attempt = ContinuousClock.now
            let limit = min(ClientTiming.transportDeadline(of: transport, infoRoundTrip: roundTrip), deadline - attempt)
            guard limit > .zero else { return .failure(OpenFailure("Meteor's connect limit passed; last: \(last)")) }
            let opened = await open(transport, client, path, session, epoch, limit)
            let elapsed = (ContinuousClock.now - attempt).wholeNanoseconds / 1_000_000
            let outcome: String =
                switch opened {
                case .success: "opened"
                case .failure(let failure): failure.description
                }
            client.record(
                .transportAttempted(
                    TransportAttempted(
                        session: session, transport: transport.rawValue, outcome: outcome, milliseconds: elapsed)))
            switch opened {
            case .success(let carrier): return .success(carrier)
            case .failure(let failure): last = failure
            }
        }
        return .failure(last)
    }

    private func open(
        _ transport: Transport, _ client: VirtualClient, _ path: SessionPath, _ session: String, _ epoch: Int,
        _ limit: Duration
    ) async -> Result<any Carrier, OpenFailure> {
        switch transport {
        case .websocket:
            await WebSocketCarrier.open(
                client, target: path.path, framing: .sockJS, session: session, epoch: epoch, within: limit
            ).map { $0 as any Carrier }
        case .xhr:
            await PollingCarrier.open(
                client, path: path, session: session, epoch: epoch, connection: connection, within: limit
            ).map { $0 as any Carrier }
        default:
            .failure(OpenFailure("this client does not speak \(transport.rawValue)"))
        }
    }
}
