import Fleet
import Synchronization

extension Population {
    /// Lets all sessions talk without a break, and does this meanwhile; returns when each has said something after it was
    /// done, or has broken. Those that held are closed.
    func talk(while body: @Sendable () async throws -> Void) async throws {
        let talk = Talk()
        async let talked: [Void] = forAll(carriers) { carrier in
            var number = 2
            while true {
                let isLast = talk.isOver
                guard await Self.exchange(carrier, number: number) else { return }
                if isLast { break }
                number += 1
                // The pace of the talk; a session that lives through it was undisturbed all the time.
                guard (try? await carrier.client.pause(.milliseconds(100))) != nil else { return }
            }
            await carrier.close()
        }
        do {
            try await body()
        } catch {
            talk.end()
            _ = await talked
            throw error
        }
        talk.end()
        _ = await talked
    }
}

/// Whether there is more to watch.
private final class Talk: Sendable {
    private let over = Mutex(false)

    var isOver: Bool { over.withLock { $0 } }

    func end() { over.withLock { $0 = true } }
}
