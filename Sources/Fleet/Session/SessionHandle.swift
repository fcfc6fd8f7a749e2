import Clocks
import History
import NIOCore
import SockJS
import Wire

/// A session that its client's event loop drives, for tasks. When the last task lets it go, what is under way goes on and
/// nothing new begins.
final class SessionHandle: Sendable {
    /// Who it is.
    let book: SessionBook
    private let inbox: SessionInbox
    private let loop: any EventLoop
    private let driver: NIOLoopBound<SessionDriver>

    /// How a session opened, and what holds it.
    struct Opened: Sendable {
        var handle: SessionHandle
        var opening: SessionOpening
    }

    private init(_ driver: SessionDriver, _ inbox: SessionInbox) {
        book = driver.book
        self.inbox = inbox
        loop = driver.loop
        self.driver = NIOLoopBound(driver, eventLoop: driver.loop)
    }

    deinit { loop.execute { [driver] in driver.value.abandon() } }

    /// Opens a session; the failure says what came instead.
    static func open(
        _ client: VirtualClient, session: String, epoch: Int, _ plan: SessionPlan
    ) async -> Result<Opened, OpenFailure> {
        let book = SessionBook(client: client, session: session, epoch: epoch)
        let inbox = SessionInbox(loop: client.loop)
        let handle: SessionHandle
        do {
            handle = try await client.loop.submit {
                let driver = SessionDriver(plan, book: book, listener: inbox)
                driver.start(at: .now)
                return SessionHandle(driver, inbox)
            }.get()
        } catch {
            return .failure(OpenFailure("the client's event loop has ended: \(error)"))
        }
        let result: Result<SessionOpening, OpenFailure>
        do throws(WireError) {
            result = try await inbox.opened()
        } catch {
            _ = await handle.run { $0.cut(at: .now) }
            return .failure(OpenFailure("\(error)", end: .transportTimedOut))
        }
        return result.map { Opened(handle: handle, opening: $0) }
    }

    /// Sends one message, with requests of their own limit; the error says why it was not taken.
    func send(_ message: SockJSMessage, _ sending: SessionDriver.Sending) async -> CarrierError? {
        let sent = loop.flatSubmit { [driver] in driver.value.send(message, sending, at: .now) }
        return await withTaskCancellationHandler {
            await Self.value(of: sent)
        } onCancel: {
            loop.execute { [driver] in driver.value.breakSend(at: .now) }
        }
    }

    /// The next message that came by itself.
    func take(within limit: Duration) async throws(CarrierError) -> SockJSMessage {
        if let message = try inbox.takeReady() { return message }
        return try await inbox.take(within: limit).get()
    }

    /// The next message, with requests for it as they are needed.
    func demand(_ demand: SessionDriver.Demand) async throws(CarrierError) -> SockJSMessage {
        // On the loop, where messages come: none may slip in between the look and the demand.
        let looked = await run { [inbox] driver -> Result<SockJSMessage?, CarrierError> in
            do throws(CarrierError) {
                if let message = try inbox.takeReady() { return .success(message) }
            } catch {
                return .failure(error)
            }
            guard demand.deadline > .now else { return .failure(.timedOut) }
            driver.demand(demand, at: .now)
            return .success(nil)
        }
        if let message = try (looked ?? .failure(.timedOut)).get() { return message }
        let taken = await inbox.take(within: max(.zero, demand.deadline - .now))
        if case .failure = taken { await run { $0.undemand(at: .now) } }
        return try taken.get()
    }

    /// Cuts the receive request under way, and goes on with a new one.
    func abortReceive() async { await run { $0.abortReceive(at: .now) } }

    /// Ends the session from the client's side; returns when its WebSocket is closed.
    func close() async { await wait { $0.close(at: .now) } }

    /// Cuts its connections without a word.
    func cut() async { await wait { $0.cut(at: .now) } }

    private func wait(_ act: @escaping @Sendable (SessionDriver) -> EventLoopFuture<Void>?) async {
        let closed = await run(act)
        // A loop that has ended has closed its channels.
        try? await closed??.get()
    }

    @discardableResult
    private func run<Value: Sendable>(_ act: @escaping @Sendable (SessionDriver) -> Value) async -> Value? {
        // A loop that has ended drives no session.
        try? await loop.submit { [driver] in act(driver.value) }.get()
    }

    private static func value(of sent: EventLoopFuture<CarrierError?>) async -> CarrierError? {
        do {
            return try await sent.get()
        } catch {
            return .closed(code: 1006, reason: "the client's event loop has ended: \(error)")
        }
    }
}
