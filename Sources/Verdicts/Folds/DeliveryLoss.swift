/// Messages that were sent and did not come, told when nothing can come any more. Whether a fault explains what is missing at
/// the end, such as the kill of the node that had it, is for the caller to say; a gap it never explains.
package struct DeliveryLoss: Sendable, Hashable {
    /// Those of which a later one came: certainly lost.
    package var gaps: NumberRuns
    /// Those behind the last that came: lost unless they were still under way.
    package var unseen: NumberRuns

    /// How many there are.
    package var count: Int { gaps.count + unseen.count }

    /// All of them.
    package var numbers: NumberRuns {
        var all = gaps
        all.formUnion(unseen)
        return all
    }
}

extension DeliveryLoss {
    /// How many numbers a sentence names at most.
    private static let namedNumbers = 1_000

    /// What was lost, in a sentence.
    ///
    /// - Parameter session: the session's name.
    package func sentence(session: String) -> String {
        let named = numbers.runs.lazy.joined().prefix(Self.namedNumbers).map(String.init)
        let more = count - named.count
        return "session \(session) never got back message \(named.joined(separator: ", "))"
            + (more > 0 ? " and \(more) more" : "")
    }
}
