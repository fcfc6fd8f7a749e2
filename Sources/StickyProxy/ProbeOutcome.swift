import NIOCore

/// How one probe ends: by its connection, or by its timer.
final class ProbeOutcome {
    /// What a probe tells of its node.
    enum Result: Sendable, Equatable {
        case healthy
        /// It can't be reached, or gave a wrong answer.
        case unhealthy
        /// It gave no answer in time.
        case unanswered
        /// Our own loop was too late to tell.
        case unknown
    }

    let result: EventLoopPromise<Result>
    private let loop: any EventLoop
    private var timer: Scheduled<Void>?
    private var isFinished = false
    private var channel: (any Channel)?

    /// - Parameter unreached: what it tells of the node if there is no connection in time.
    init(loop: any EventLoop, timeout: TimeAmount, unreached: Result) {
        self.loop = loop
        result = loop.makePromise()
        let deadline = NIODeadline.now() + timeout
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(deadline: deadline) {
            let late = NIODeadline.now() - deadline
            let inTime = bound.value.channel == nil ? unreached : .unanswered
            bound.value.finish(late.nanoseconds > timeout.nanoseconds / 4 ? .unknown : inTime)
        }
    }

    func finish(_ result: Result) {
        guard !isFinished else { return }
        isFinished = true
        timer?.cancel()
        timer = nil
        channel?.close(promise: nil)
        self.result.succeed(result)
    }

    func closeWhenDone(_ channel: any Channel) {
        self.channel = channel
        if isFinished { channel.close(promise: nil) }
    }
}
