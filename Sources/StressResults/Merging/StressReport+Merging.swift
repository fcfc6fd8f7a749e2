extension StressReport {
    /// The report of a run from those of all its shards: counts and histograms are sums, and so are those of each second;
    /// the thresholds are judged on the sums.
    ///
    /// A part that was interrupted makes the whole one so.
    ///
    /// It throws unless each shard of one run is there once, and came to something.
    package static func merging(_ parts: [StressPart]) throws(StressMergeError) -> StressReport {
        guard let first = parts.first else { throw .nothing }
        for part in parts.dropFirst() {
            for (what, one, other) in zip(Self.identity(of: first), Self.identity(of: part)).map({ ($0.0, $0.1, $1.1) })
            where one != other {
                throw .different(what: what, names: [first.name, part.name], values: [one, other])
            }
        }
        let count = first.result.shard.count
        var byNumber: [Int: StressPart] = [:]
        for part in parts {
            if let other = byNumber.updateValue(part, forKey: part.result.shard.number) {
                throw .twice(part.result.shard, names: [other.name, part.name])
            }
        }
        let missing = (1...count).filter { byNumber[$0] == nil }
        guard missing.isEmpty else { throw .missing(missing, of: count) }
        let ordered = parts.sorted { $0.result.shard.number < $1.result.shard.number }
        for part in ordered {
            if let reason = part.failure { throw .failed(part.result.shard, name: part.name, reason: reason) }
        }
        var merged = StressReport(
            try StressResult.sum(ordered), thresholds: first.report.thresholds, mergedFrom: parts.count)
        for part in ordered { merged.remedies.merge(part.report.remedies) { one, _ in one } }
        return merged
    }

    /// What shards of one run have in common, with its names.
    private static func identity(of part: StressPart) -> [(String, String)] {
        [
            ("the scenario", part.result.scenario), ("the target", part.result.target.name),
            ("the target's configuration", part.result.target.config),
            ("the thresholds", part.report.thresholds.map(\.description).joined(separator: ", ")),
            ("the number of shards", "\(part.result.shard.count)"),
        ]
    }
}
