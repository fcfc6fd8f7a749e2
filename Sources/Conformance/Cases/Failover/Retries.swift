import Clocks
import Fleet
import History
import Lab

/// Requests of a client that asks again and again, as one whose node is gone.
enum Retries {
    /// For one of them.
    static let limit = Duration.milliseconds(2_500)

    /// Asks until an answer will do, and tells whether one did. The last request is sent when the deadline has passed.
    @discardableResult
    static func run(
        by client: VirtualClient, label: RequestLabel, until deadline: MonotonicClock.Instant,
        isEnough: (RequestOutcome) -> Bool
    ) async -> Bool {
        var isLast = false
        while !isLast {
            isLast = MonotonicClock.now >= deadline
            if isEnough(await client.request("GET", "/whoami", RequestPlan(label: label, limit: limit))) { return true }
            // The pace of a client that retries; an answer ends the wait for the next node.
            guard (try? await client.pause(.milliseconds(100))) != nil else { return false }
        }
        return false
    }
}
