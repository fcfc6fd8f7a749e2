import History

@testable import Verdicts

/// A moment of a test, in milliseconds.
func moment(_ milliseconds: Int64) -> HistoryTime { HistoryTime(nanoseconds: milliseconds * 1_000_000) }

/// A stretch of a test, in milliseconds.
func stretch(_ milliseconds: ClosedRange<Int64>) -> ClosedRange<HistoryTime> {
    moment(milliseconds.lowerBound)...moment(milliseconds.upperBound)
}

/// Three nodes, the kinds of requests, and what tables say where they are full.
enum Names {
    static let table = {
        var table = NameTable()
        for name in ["n1", "n2", "n3", "poll"] { _ = table.number(of: name) }
        return table
    }()

    static func number(_ name: String) -> NameNumber {
        var copy = table
        return copy.number(of: name)
    }

    static let (n1, n2, n3, poll) = (number("n1"), number("n2"), number("n3"), number("poll"))
}
