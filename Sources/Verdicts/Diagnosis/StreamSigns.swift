import Claims
import History

extension Sign {
    /// A node writes the head and the prelude of a stream at once; later than this they were held back.
    private static let headLimit = Duration.seconds(1)

    /// Streams that a node began, and whose beginning did not get to the client while they went on.
    static func streams(_ scene: Scene) -> [Sign] {
        let held = scene.undisturbed.filter { exchange in
            guard ["xhr_streaming", "eventsource", "htmlfile"].contains(exchange.sent.path.split(separator: "/").last),
                let executed = exchange.executions.first, executed.request.status == 200,
                let endedAt = exchange.endedAt
            else { return false }
            return endedAt - exchange.sentAt > headLimit
                && (exchange.response != nil || exchange.failure?.failure == .timedOut)
        }
        guard let first = held.first, let endedAt = first.endedAt else { return [] }
        let seconds = (endedAt - first.sentAt).inWords
        return [
            Sign(
                .buffering,
                "\(first.executions[0].nodeID) began the stream \(first.sent.path) at once, and "
                    + (first.response == nil
                        ? "in \(seconds) nothing of it reached the client"
                        : "its beginning reached the client after \(seconds)"),
                evidence: held.prefix(2).map(scene.history.evidence))
        ]
    }
}
