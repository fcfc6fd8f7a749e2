import NIOConcurrencyHelpers
import NIOCore
import Wire

/// Takes the places of a listener whose loop stands still, so that the kernel leaves further connects unanswered, as a
/// host does that can't be reached.
final class BacklogFiller: Sendable {
    private let factory: ConnectionFactory
    private let loop: any EventLoop
    private let fillers = NIOLockedValueBox<[any Channel]>([])

    init(_ listener: Endpoint, loop: any EventLoop) {
        factory = ConnectionFactory(target: listener, limit: Self.patience)
        self.loop = loop
    }

    /// Done once connects are not answered.
    func fill() -> EventLoopFuture<Void> { connect(missed: 0) }

    /// Gives the places back.
    func empty() {
        let fillers = fillers.withLockedValue { fillers in
            defer { fillers = [] }
            return fillers
        }
        for filler in fillers { filler.close(promise: nil) }
    }

    private func connect(missed: Int) -> EventLoopFuture<Void> {
        guard missed < Self.enough else { return loop.makeSucceededVoidFuture() }
        guard fillers.withLockedValue(\.count) < Self.most else {
            return loop.makeFailedFuture(
                FaultConflict(
                    advice: "connects to \(factory.target) are answered still; this system's kernel can't do it"))
        }
        return factory.connect(on: loop) { _ in }.flatMap { channel in
            self.fillers.withLockedValue { $0.append(channel) }
            return self.connect(missed: 0)
        }.flatMapError { error in
            guard case ChannelError.connectTimeout = error else { return self.loop.makeFailedFuture(error) }
            return self.connect(missed: missed + 1)
        }
    }

    /// For a connect over loopback, which the kernel answers at once.
    private static let patience = Duration.milliseconds(100)
    /// Connects in a row that get no answer; one may be late on a busy machine.
    private static let enough = 2
    /// More than a backlog of one takes.
    private static let most = 64
}
