/// Why a histogram can't be made, merged or read.
package enum HistogramError: Error, Hashable, Sendable {
    /// There is no such layout; the text says what was expected and what came.
    case layout(String)
    /// Only histograms of one layout can be added exactly.
    case layoutsDiffer(HistogramLayout, HistogramLayout)
    /// There would be more than 2^62 values.
    case tooManyValues
    /// A text asks for more slots than its reader allows.
    case tooManySlots(Int, limit: Int)
    /// A text that is no histogram; the text here says what was expected, what came and where.
    case malformed(String)
    /// zlib found no memory.
    case noMemory
}

extension HistogramError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .layout(let problem): problem
        case .layoutsDiffer(let ours, let theirs):
            "a histogram of \(theirs) can't be added to one of \(ours); record both with the same layout"
        case .tooManyValues: "a histogram holds at most 2^62 values, and there would be more"
        case .tooManySlots(let count, let limit):
            "the histogram has \(count) slots of 8 bytes, and at most \(limit) are read; allow more if you trust its source"
        case .malformed(let problem): "this is no V2 histogram: \(problem)"
        case .noMemory: "zlib has no memory left for a histogram"
        }
    }
}

extension HistogramLayout: CustomStringConvertible {
    package var description: String { "values from \(lowest) to \(highest) with \(digits) digits" }
}
