import Clocks
import History
package import SockJS

/// The client's end of a SockJS session over HTTP, on any transport but `websocket`, for tasks.
package final class SockJSCarrier: Carrier {
    /// When requests are made: on demand a receive request only for `receive`, while `send` waits for its answer;
    /// continuously as a browser does, where `send` returns at once.
    package typealias Pace = SockJSClientSession.Pace

    /// What a session is opened with.
    package struct Plan: Sendable {
        /// Its transport.
        package var transport: ClientTransport
        /// The client library's constants; their `sendGap` holds for the continuous pace only.
        package var options: ClientOptions
        /// Which connection its requests take; a stream has one of its own.
        package var connection: ConnectionUse
        /// When requests are made.
        package var pace: Pace

        /// A plan.
        package init(
            transport: ClientTransport = .xhrPolling, options: ClientOptions = .sockJS,
            connection: ConnectionUse = .fresh, pace: Pace = .onDemand
        ) {
            self.transport = transport
            self.options = options
            self.connection = connection
            self.pace = pace
        }
    }

    /// Its URLs.
    package let path: SessionPath
    /// Its transport.
    package let transport: ClientTransport
    /// Node that opened it, if it said so.
    package let nodeID: String?
    private let connection: ConnectionUse
    private let pace: Pace
    private let handle: SessionHandle

    init(
        _ handle: SessionHandle, _ transport: ClientTransport, at path: SessionPath, nodeID: String?,
        _ connection: ConnectionUse, _ pace: Pace
    ) {
        self.handle = handle
        self.transport = transport
        self.path = path
        self.nodeID = nodeID
        self.connection = connection
        self.pace = pace
    }

    /// Opens a session: a receive request that brings `o`. The text of a failure says what came instead.
    package static func open(
        _ client: VirtualClient, path: SessionPath, session: String, epoch: Int = 1, plan: Plan = Plan(),
        within limit: Duration = .seconds(5)
    ) async -> Result<SockJSCarrier, OpenFailure> {
        let opened = await SessionHandle.open(
            client, session: session, epoch: epoch,
            SessionPlan(
                .transport(plan.transport, at: path, within: limit), options: plan.options, pace: plan.pace,
                connection: plan.connection))
        return opened.map {
            SockJSCarrier(
                $0.handle, plan.transport, at: path, nodeID: $0.opening.nodeID, plan.connection, plan.pace)
        }
    }

    /// The client it belongs to.
    package var client: VirtualClient { handle.book.client }
    /// Name of the session in the history.
    package var session: String { handle.book.session }
    /// Which connection of the session this is, from 1.
    package var epoch: Int { handle.book.epoch }

    /// The next message; halves of surrogate pairs become U+FFFD.
    package func receive(within limit: Duration) async throws(CarrierError) -> String {
        try await receive(on: connection, within: limit)
    }

    /// The next message, with receive requests on a connection other than the session's usual one; on demand only.
    package func receive(on connection: ConnectionUse, within limit: Duration) async throws(CarrierError) -> String {
        try await receiveMessage(on: connection, within: limit).string
    }

    /// The next message as it came.
    package func receiveMessage(within limit: Duration) async throws(CarrierError) -> SockJSMessage {
        try await receiveMessage(on: connection, within: limit)
    }

    private func receiveMessage(
        on connection: ConnectionUse, within limit: Duration
    ) async throws(CarrierError) -> SockJSMessage {
        switch pace {
        case .continuous: try await handle.take(within: limit)
        case .onDemand: try await handle.demand(.init(connection: connection, deadline: .now + limit))
        }
    }

    /// Sends one message; the error says why it was not taken.
    package func send(_ message: String) async throws(CarrierError) { try await send(message: SockJSMessage(message)) }

    /// Sends one message, which may hold halves of surrogate pairs.
    package func send(message: SockJSMessage) async throws(CarrierError) {
        try await send(message, on: connection, within: .seconds(10))
    }

    /// Sends on a connection other than the session's usual one.
    package func send(
        _ message: String, on connection: ConnectionUse, within limit: Duration = .seconds(10)
    ) async throws(CarrierError) {
        try await send(SockJSMessage(message), on: connection, within: limit)
    }

    private func send(
        _ message: SockJSMessage, on connection: ConnectionUse, within limit: Duration
    ) async throws(CarrierError) {
        if let error = await handle.send(message, .init(connection: connection, limit: limit)) { throw error }
    }

    /// Ends the session from the client's side; SockJS over HTTP has no close of the client's, it stops asking.
    package func close() async { await handle.close() }

    /// Cuts the receive request under way as a client may that changes its mind, and goes on with a new one.
    package func abortReceive() async { await handle.abortReceive() }
}
