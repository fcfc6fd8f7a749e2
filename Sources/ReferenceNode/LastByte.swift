import NIOCore

extension Channel {
    /// Closes once all that was written has gone out, or when the peer has had this time to take it.
    func closeBehindLastByte(within limit: Duration) {
        let given = eventLoop.scheduleTask(in: TimeAmount(limit)) { [self] in close(promise: nil) }
        closeFuture.whenComplete { _ in given.cancel() }
        writeAndFlush(ByteBuffer()).whenComplete { [self] _ in
            // Closing both ways with bytes unread would reset the connection and lose the last ones.
            close(mode: .output, promise: nil)
            eventLoop.scheduleTask(in: .seconds(1)) { [self] in close(promise: nil) }
        }
    }
}
