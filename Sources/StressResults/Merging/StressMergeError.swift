package import Statistics

/// Why results are not those of one run.
package enum StressMergeError: Error, Sendable, Hashable {
    /// There is no result.
    case nothing
    /// Two results differ in what has to be the same: the scenario, the target, the thresholds or the number of shards.
    case different(what: String, names: [String], values: [String])
    /// Two results are of one shard.
    case twice(Shard, names: [String])
    /// Shards without a result, by their numbers.
    case missing([Int], of: Int)
    /// The run of a shard came to nothing.
    case failed(Shard, name: String, reason: String)
    /// A histogram can't be added; the field says which.
    case histogram(name: String, field: String, HistogramError)

    /// Whether all would be well with one more result.
    package var isForWantOfResults: Bool {
        switch self {
        case .missing, .failed: true
        case .nothing, .different, .twice, .histogram: false
        }
    }
}

extension StressMergeError: CustomStringConvertible {
    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .nothing: "there is no result of a stress run; write them with stickler stress --report json=FILE"
        case .different(let what, let names, let values):
            "the results differ in \(what): \(zip(names, values).map { "\($0) has \"\($1)\"" }.joined(separator: ", "))"
                + "; merge only the shards of one run"
        case .twice(let shard, let names):
            "the shard \(shard) is there twice: \(names.joined(separator: " and ")); take one of them away"
        case .missing(let numbers, let count):
            numbers.count == 1
                ? "the shard \(numbers[0])/\(count) is missing"
                : "\(numbers.count) of \(count) shards are missing: \(Self.list(numbers))"
        case .failed(let shard, let name, let reason): "the shard \(shard) came to nothing (\(name)): \(reason)"
        case .histogram(let name, let field, let error): "\(name): \(field): \(error)"
        }
    }

    /// The first of them, so that a line stays one.
    private static func list(_ numbers: [Int]) -> String {
        let shown = numbers.prefix(20).map(String.init).joined(separator: ", ")
        return numbers.count > 20 ? "\(shown) and \(numbers.count - 20) more" : shown
    }
}
