import History
import NIOCore
package import SockJS
import Synchronization
import Wire

/// The client's end of a SockJS session over HTTP, on any transport but `websocket`.
///
/// Two machines of the library decide what happens; this class makes their requests.
package final class SockJSCarrier: Carrier {
    /// When requests are made.
    package enum Pace: Sendable, Hashable {
        /// As a case asks: a receive request only for `receive`, and `send` waits for its answer.
        case onDemand
        /// As a browser does: there is always a receive request under way, and `send` returns at once.
        case continuous
    }

    /// What a session is opened with.
    package struct Plan: Sendable {
        /// Its transport.
        package var transport: ClientTransport
        /// The client library's constants; their `sendGap` holds for the continuous pace only.
        package var options: ClientOptions
        /// Which connection its requests take.
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

    struct State {
        var receiver: ReceiveMachine
        var sender: SendQueue
        var sendAction: SendQueue.Action?
        var isDraining = false
        /// The receiver asked for a request that has not been made.
        var wantsRequest = false
        /// Counts requests that were given up; what a former one still brings is passed over.
        var generation = 0
        /// Cuts the request under way.
        var cutter: RequestCutter?
        var stream: OpenedStream?
        var streamBytes = 0
        /// The answer that is being read.
        var response: ResponseReceived?
        var last: RequestOutcome?
        var owner: ResponseReceived?
        /// How it ended before it opened.
        var failure: SessionEnd?
    }

    /// Its URLs.
    package let path: SessionPath
    /// Its transport.
    package var transport: ClientTransport { plan.transport }
    let plan: Plan
    let book: SessionBook
    let state: Mutex<State>

    init(_ plan: Plan, path: SessionPath, book: SessionBook) {
        var options = plan.options
        if plan.pace == .onDemand { options.sendGap = .zero }
        self.plan = plan
        self.path = path
        self.book = book
        state = Mutex(
            State(
                receiver: ReceiveMachine(plan.transport, options), sender: SendQueue(plan.transport, options)))
    }

    /// The client it belongs to.
    package var client: VirtualClient { book.client }
    /// Name of the session in the history.
    package var session: String { book.session }
    /// Which connection of the session this is, from 1.
    package var epoch: Int { book.epoch }
    /// Node that opened it, if it said so.
    package var nodeID: String? { state.withLock { $0.owner?.nodeID } }

    /// The next message; halves of surrogate pairs become U+FFFD.
    package func receive(within limit: Duration) async throws(CarrierError) -> String {
        try await receive(on: plan.connection, within: limit)
    }

    /// The next message, with receive requests on a connection other than the session's usual one; on demand only.
    package func receive(on connection: ConnectionUse, within limit: Duration) async throws(CarrierError) -> String {
        try await receiveMessage(on: connection, within: limit).string
    }

    /// The next message as it came.
    package func receiveMessage(within limit: Duration) async throws(CarrierError) -> SockJSMessage {
        try await receiveMessage(on: plan.connection, within: limit)
    }

    /// Sends one message; the error says why it was not taken.
    package func send(_ message: String) async throws(CarrierError) { try await send(message: SockJSMessage(message)) }

    /// Sends one message, which may hold halves of surrogate pairs.
    package func send(message: SockJSMessage) async throws(CarrierError) {
        try await send(message, on: plan.connection, within: .seconds(10))
    }

    /// Sends on a connection other than the session's usual one.
    package func send(
        _ message: String, on connection: ConnectionUse, within limit: Duration = .seconds(10)
    ) async throws(CarrierError) {
        try await send(SockJSMessage(message), on: connection, within: limit)
    }

    /// Ends the session from the client's side; SockJS over HTTP has no close of the client's, it stops asking.
    package func close() async {
        await perform(byClient: true) { $0.receiver.close(.normal) }
    }

    /// Cuts the receive request under way as a client may that changes its mind, and goes on with a new one.
    package func abortReceive() async {
        await perform { $0.receiver.abortRequest(now: .now) }
    }

    private func receiveMessage(
        on connection: ConnectionUse, within limit: Duration
    ) async throws(CarrierError) -> SockJSMessage {
        if plan.pace == .continuous { return try await book.take(within: limit) }
        let deadline = ContinuousClock.now + limit
        while true {
            if let message = try book.takeReady() { return message }
            guard deadline > .now else { throw .timedOut }
            try await step(until: deadline, on: connection)
        }
    }
}
