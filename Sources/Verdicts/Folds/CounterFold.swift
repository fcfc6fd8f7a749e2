/// A number that grows by one each time it is told, as heard on one connection: what is told twice, goes back or skips.
///
/// It begins anywhere. After something wrong it goes on from the greatest number it heard.
package struct CounterFold: Sendable {
    private var last: Int?

    /// Nothing heard so far.
    package init() {}

    /// The next number is heard.
    package mutating func hear(_ number: Int) -> CounterViolation? {
        guard let before = last else {
            last = number
            return nil
        }
        last = max(before, number)
        if number == before { return .repeated(number) }
        if number < before { return .wentBack(number, after: before) }
        return number - 1 == before ? nil : .skipped(to: number, after: before)
    }
}

/// What can be wrong with the next number of a counter.
package enum CounterViolation: Sendable, Hashable {
    /// It is the one before.
    case repeated(Int)
    /// It is less than the greatest before.
    case wentBack(Int, after: Int)
    /// At least one is missing before it.
    case skipped(to: Int, after: Int)

    /// The code under which findings tell it.
    package var code: FindingCode {
        switch self {
        case .repeated: .messageDuplicated
        case .wentBack: .messageReordered
        case .skipped: .messageLost
        }
    }

    /// What was wrong, in a sentence.
    ///
    /// - Parameter counter: the name of what counts.
    package func sentence(counter: String) -> String {
        switch self {
        case .repeated(let number): "tick \(number) of \(counter) came after tick \(number)"
        case .wentBack(let number, let before), .skipped(let number, let before):
            "tick \(number) of \(counter) came after tick \(before)"
        }
    }
}
