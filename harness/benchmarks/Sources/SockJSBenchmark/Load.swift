import BenchmarkProcess
import Glibc
import NIOCore
import NIOPosix

/// What all sessions with one server share; lives on one event loop.
///
/// A session keeps one batch of messages on its way: it sends the next once all echoes are there and, over HTTP, the
/// request that sent them is answered. Between two slices it rests, connected.
final class Load {
    struct Plan {
        var transport: LoadTransport
        var sessions: Int
        var batch: Int
    }

    /// What one slice of the load cost the server.
    struct Slice: Sendable {
        /// Messages for each second of the server's CPU time.
        var perCPUSecond: Double
        /// Messages for each second.
        var perSecond: Double
    }

    private struct Measurement {
        var messages: Int
        /// Echoes that are not counted, until all sessions are under way.
        var runUp: Int
        var promise: EventLoopPromise<Slice>
        var count = 0
        var begun: (cpu: Double, at: NIODeadline)?
    }

    let plan: Plan
    private let clock: ProcessClock
    private let loop: any EventLoop
    private var sessions: [any LoadSession] = []
    private var measurement: Measurement?
    private var failure: (any Error)?
    private var isClosed = false

    /// Whether sessions send.
    var isRunning: Bool { measurement != nil }

    private init(_ plan: Plan, clock: ProcessClock, loop: any EventLoop) {
        self.plan = plan
        self.clock = clock
        self.loop = loop
    }

    /// Connects every session.
    static func connect(
        _ plan: Plan, port: Int, clock: ProcessClock, on loop: any EventLoop
    ) throws -> NIOLoopBound<Load> {
        try loop.flatSubmit {
            let load = Load(plan, clock: clock, loop: loop)
            load.sessions = (0..<plan.sessions).map { index in
                let name = "000/session\(index)"
                return plan.transport == .websocket ? WebSocketLoad(name, load) : HTTPLoad(name, load)
            }
            let connected = load.sessions.flatMap(\.handlers).map { connect($0, port, loop) }
            let bound = NIOLoopBound(load, eventLoop: loop)
            return EventLoopFuture.andAllSucceed(connected, on: loop).map { bound }
        }.wait()
    }

    /// Lets all sessions send until so many messages are echoed; the first ones are not counted.
    static func slice(_ load: NIOLoopBound<Load>, messages: Int, on loop: any EventLoop) throws -> Slice {
        try loop.flatSubmit { load.value.slice(messages) }.wait()
    }

    static func close(_ load: NIOLoopBound<Load>, on loop: any EventLoop) throws {
        try loop.submit { load.value.close() }.wait()
    }

    private func slice(_ messages: Int) -> EventLoopFuture<Slice> {
        let promise = loop.makePromise(of: Slice.self)
        if let failure {
            promise.fail(failure)
            return promise.futureResult
        }
        measurement = Measurement(messages: messages, runUp: 2 * plan.sessions * plan.batch, promise: promise)
        for session in sessions { session.proceed() }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let name = plan.transport.rawValue
        let limit = loop.scheduleTask(in: .minutes(1)) {
            bound.value.fail(ServerProcess.Failure(description: "\(name): a slice was not at its end after a minute"))
        }
        return promise.futureResult.always { _ in limit.cancel() }
    }

    func echoed(_ messages: Int) {
        guard var current = measurement, messages > 0 else { return }
        current.count += messages
        measurement = current
        guard let begun = current.begun else {
            if current.count >= current.runUp {
                measurement?.count = 0
                measurement?.begun = (clock.nanoseconds, .now())
            }
            return
        }
        guard current.count >= current.messages else { return }
        measurement = nil
        let count = Double(current.count)
        current.promise.succeed(
            Slice(
                perCPUSecond: count / (clock.nanoseconds - begun.cpu) * 1e9,
                perSecond: count / Double((NIODeadline.now() - begun.at).nanoseconds) * 1e9))
    }

    func fail(_ error: any Error) {
        if isClosed { return }
        failure = failure ?? error
        measurement?.promise.fail(error)
        measurement = nil
    }

    private func close() {
        isClosed = true
        for handler in sessions.flatMap(\.handlers) { handler.close() }
    }

    private static func connect(
        _ handler: any ChannelHandler & Closable, _ port: Int, _ loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(handler, eventLoop: loop)
        return ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(host: "127.0.0.1", port: port)
            .map { _ in }
    }
}

/// One session of the load.
protocol LoadSession: AnyObject {
    /// One for each of its connections.
    var handlers: [any ChannelHandler & Closable] { get }
    /// Sends the next batch if the session is open, at rest, and the load runs.
    func proceed()
}

protocol Closable {
    func close()
}
