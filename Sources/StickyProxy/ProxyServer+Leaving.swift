import NIOCore

extension ProxyServer {
    /// Stops in order: takes no new clients, ends each connection of a client with the answer it waits for
    /// (`Connection: close`), and waits for WebSockets to end. Those that are still there after the limit are told so
    /// (close code 1001, RFC 6455 §7.4.1); whatever is left after that is cut.
    package func leave(within limit: Duration) async throws {
        try await stopAccepting()
        for instance in instances { try await instance.core.onEveryWorker(of: group) { $0.leave() }.get() }
        if try await !isEmpty(within: limit) {
            for instance in instances {
                try await instance.core.onEveryWorker(of: group) { $0.leaveTunnels(within: ProxyWorker.goodbye) }.get()
            }
            _ = try await isEmpty(within: ProxyWorker.goodbye)
        }
        try await shutdown()
    }

    /// Waits until clients and tunnels are gone, at most so long.
    private func isEmpty(within limit: Duration) async throws -> Bool {
        let loop = group.next()
        let answer = loop.makePromise(of: Bool.self)
        let timeout = loop.scheduleTask(in: TimeAmount(limit)) { answer.succeed(false) }
        EventLoopFuture.andAllComplete(instances.flatMap { $0.whenEmpty() }, on: loop).whenSuccess {
            timeout.cancel()
            answer.succeed(true)
        }
        return try await answer.futureResult.get()
    }
}
