import Glibc
import NIOCore
import NIOPosix

/// What all sessions of one measurement share; lives on one event loop.
///
/// Each session keeps one batch of messages on its way: it sends the next once all echoes are there and, over HTTP,
/// the request that sent them is answered.
final class Load {
    struct Plan {
        var transport: LoadTransport
        var sessions: Int
        var batch: Int
        var warmUp: Int
        var messages: Int
    }

    let plan: Plan
    private let clock: ProcessClock
    private let promise: EventLoopPromise<Double>
    private var count = 0
    /// What the clock showed when the warm-up was over.
    private var start: Double?
    private(set) var isDone = false

    init(_ plan: Plan, clock: ProcessClock, promise: EventLoopPromise<Double>) {
        self.plan = plan
        self.clock = clock
        self.promise = promise
    }

    func echoed(_ messages: Int) {
        if messages == 0 || isDone { return }
        count += messages
        if start == nil, count >= plan.warmUp {
            start = clock.nanoseconds
            count = 0
        }
        guard let start, count >= plan.messages else { return }
        isDone = true
        promise.succeed(Double(count) / (clock.nanoseconds - start) * 1e9)
    }

    func fail(_ error: any Error) {
        if isDone { return }
        isDone = true
        promise.fail(error)
    }

    /// Runs the plan against a server on this port, and closes every connection. Returns the messages for each second
    /// of the server's CPU time.
    static func run(
        _ plan: Plan, port: Int, clock: ProcessClock, on loop: any EventLoop
    ) throws -> Double {
        try loop.flatSubmit {
            let promise = loop.makePromise(of: Double.self)
            let load = Load(plan, clock: clock, promise: promise)
            let limit = loop.scheduleTask(in: .minutes(2)) {
                promise.fail(
                    ServerProcess.Failure(description: "\(plan.transport.rawValue): not at its end after 2 minutes"))
            }
            let handlers = (0..<plan.sessions).flatMap { index -> [any ChannelHandler & Closable] in
                let name = "000/session\(index)"
                if plan.transport == .websocket { return [WebSocketLoad(name, load)] }
                let session = HTTPLoad(name, load)
                return [session.receiver, session.sender]
            }
            for handler in handlers { connect(handler, port, loop, promise) }
            let bound = NIOLoopBound(handlers, eventLoop: loop)
            return promise.futureResult.always { _ in
                limit.cancel()
                for handler in bound.value { handler.close() }
            }
        }.wait()
    }

    private static func connect(
        _ handler: any ChannelHandler, _ port: Int, _ loop: any EventLoop, _ promise: EventLoopPromise<Double>
    ) {
        let bound = NIOLoopBound(handler, eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenFailure { promise.fail($0) }
    }
}

protocol Closable {
    func close()
}
