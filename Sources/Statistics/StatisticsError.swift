/// Numbers that mean nothing.
package enum StatisticsError: Error, Hashable, Sendable {
    /// The text says what was expected and what came.
    case outOfRange(String)
}

extension StatisticsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .outOfRange(let problem): problem
        }
    }
}
