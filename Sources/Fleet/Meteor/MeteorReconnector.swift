import Clocks
import DDP
import History
import SockJS

/// Meteor's reconnect rule: try at once twice, then with growing, jittered pauses.
public struct MeteorReconnector: Sendable {
    /// One way to a session, given the number of the epoch.
    public typealias Attempt = @Sendable (_ epoch: Int) async -> Result<any Carrier, OpenFailure>

    /// Longest time to go on trying.
    public var budget: Duration

    /// A reconnector that gives up after `budget`.
    public init(budget: Duration) { self.budget = budget }

    /// Tries until an attempt opens a session or the budget is spent; the failure is that of the last attempt.
    public func reconnect(
        _ client: VirtualClient, firstEpoch: Int, attempt: Attempt
    ) async -> Result<any Carrier, OpenFailure> {
        let deadline = MonotonicClock.now + budget
        var last = OpenFailure("no attempt was made")
        var retry = 0
        while !Task.isCancelled {
            let delay = delay(client, retry)
            guard MonotonicClock.now + delay < deadline else { break }
            do {
                try await client.pause(delay)
            } catch {
                return .failure(OpenFailure("\(error)"))
            }
            switch await attempt(firstEpoch + retry) {
            case .success(let carrier): return .success(carrier)
            case .failure(let failure): last = failure
            }
            retry += 1
        }
        return .failure(last)
    }

    private func delay(_ client: VirtualClient, _ retry: Int) -> Duration {
        client.draw { BackOff().delay(after: retry, using: &$0) }
    }
}
