import Clocks
package import DDP
import History
import NIOCore
package import SockJS
import Synchronization

/// A Meteor user, for tasks: DDP over connections that come and go, kept up by the rules of Meteor's client on the
/// client's event loop.
///
/// The history shows every message it sends and receives. Its calls of `increment` bear keys that are unique in the run,
/// so that each can be followed to the nodes that executed it.
package final class MeteorUser: Sendable {
    /// The way to each of a user's connections.
    package struct Route: Sendable {
        let make:
            @Sendable (_ client: VirtualClient, _ session: String, _ epoch: Int, _ listener: any SessionListener) ->
                any LoopSession

        /// Down the ladder of this connector, at a browser's pace.
        package static func sockJS(service: String, options: ClientOptions) -> Route {
            Route(SessionPlan(.ladder(service: service), options: options))
        }

        /// A WebSocket without framing at this target, which has this long to open.
        package static func rawWebSocket(target: String, within limit: Duration) -> Route {
            Route(SessionPlan(.rawWebSocket(target: target, within: limit)))
        }

        private init(_ plan: SessionPlan) {
            self.init { client, session, epoch, listener in
                SessionDriver(
                    plan, book: SessionBook(client: client, session: session, epoch: epoch), listener: listener)
            }
        }

        init(
            _ make:
                @escaping @Sendable (VirtualClient, String, Int, any SessionListener) -> any LoopSession
        ) {
            self.make = make
        }
    }

    /// What has become of what the user asked for.
    package struct Progress: Sendable {
        /// Sessions of DDP that servers gave it, one a connection.
        package internal(set) var connects = 0
        /// How often the documents of a former connection gave way to those of a new one.
        package internal(set) var resets = 0
        /// Outcomes of calls whose writes are visible, by id.
        package internal(set) var completed: [String: Result<JSONValue?, ApplicationError>] = [:]
        /// Subscriptions whose first documents came.
        package internal(set) var ready: Set<String> = []
        /// Subscriptions that ended.
        package internal(set) var stopped: Set<String> = []
        /// Messages that brought documents, all connections together.
        package internal(set) var documents = 0
        /// The longest time between two messages of one connection, either way.
        package internal(set) var longestSilence = Duration.zero
    }

    /// The browser it uses.
    package let client: VirtualClient
    /// Its name in the history, over all its connections.
    package let session: String
    private let driver: NIOLoopBoundBox<MeteorDriver>
    private let tickets = Mutex(0)

    /// A user who has not connected.
    package init(_ client: VirtualClient, configuration: ClientSession.Configuration = .init(), route: Route) {
        self.client = client
        session = client.nextSessionName()
        let machine = ClientSession(configuration: configuration, seed: client.draw { $0.next() })
        driver = .makeBoxSendingValue(MeteorDriver(client, session, machine, route), eventLoop: client.loop)
    }

    /// Node at the other end of its present connection, where it said so.
    package var nodeID: String? {
        get async { await run { $0.nodeID } ?? nil }
    }

    /// Messages that brought documents so far.
    package var documents: Int {
        get async { await run { $0.progress.documents } ?? 0 }
    }

    /// Connects, and reconnects from now on whenever the connection ends.
    package func start() async { await run { $0.start(at: .now) } }

    /// Calls a method; its id is the key of its outcome.
    @discardableResult
    package func call(_ method: String, _ params: [JSONValue] = [], options: CallOptions = .init()) async -> String {
        await run { $0.call(method, params, options: options, at: .now) } ?? Self.noID
    }

    /// Calls `increment` with a new key; the node counts at once and answers after `delay`.
    @discardableResult
    package func increment(answeredAfter delay: Duration = .zero) async -> String {
        await run { $0.increment(answeredAfter: delay, at: .now) } ?? Self.noID
    }

    /// Subscribes; the id stays the same over reconnects.
    @discardableResult
    package func subscribe(_ name: String, _ params: [JSONValue] = []) async -> String {
        await run { $0.subscribe(name, params, at: .now) } ?? Self.noID
    }

    /// Waits until the user has come so far; false when `limit` passes first.
    package func wait(within limit: Duration, until condition: @escaping @Sendable (Progress) -> Bool) async -> Bool {
        let ticket = tickets.withLock { tickets in
            tickets += 1
            return tickets
        }
        let loop = client.loop
        let met = loop.flatSubmit { [driver] in driver.value.wait(ticket, within: limit, until: condition) }
        return await withTaskCancellationHandler {
            // A loop that has ended brings nobody any farther.
            (try? await met.get()) ?? false
        } onCancel: {
            loop.execute { [driver] in driver.value.resume(ticket, with: false) }
        }
    }

    /// Leaves for good; returns when its last connection is closed.
    package func stop() async {
        let closed = client.loop.flatSubmit { [driver] in driver.value.stop(at: .now) }
        // As above; it has closed them.
        try? await closed.get()
    }

    /// No call has it: for a loop that has ended, and with it the user.
    private static let noID = ""

    @discardableResult
    private func run<Value: Sendable>(_ act: @escaping @Sendable (MeteorDriver) -> Value) async -> Value? {
        try? await client.loop.submit { [driver] in act(driver.value) }.get()
    }
}
