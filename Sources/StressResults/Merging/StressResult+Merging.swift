import Statistics

extension StressResult {
    /// Violations of one kind that are shown at most.
    private static let sampleLimit = 5

    /// Seconds that shards may begin apart without a word.
    private static let startTolerance = 1.0

    /// The sum of the results of all shards, of which there is at least one.
    static func sum(_ parts: [StressPart]) throws(StressMergeError) -> StressResult {
        var sum = parts[0].result
        for part in parts.dropFirst() {
            let other = part.result
            sum.counts.add(other.counts)
            sum.connected += other.connected
            do throws(HistogramError) {
                try sum.response.merge(other.response)
                try sum.service.merge(other.service)
                try sum.recovery.merge(other.recovery)
            } catch {
                throw .histogram(name: part.name, field: "histogram", error)
            }
            sum.startedAt = min(sum.startedAt, other.startedAt)
            sum.seconds = max(sum.seconds, other.seconds)
            sum.target.nodes += other.target.nodes.filter { !sum.target.nodes.contains($0) }
            sum.ownStalls += other.ownStalls
            sum.shortages += other.shortages.filter { !sum.shortages.contains($0) }
            if let one = sum.followedLoad, let two = other.followedLoad { sum.followedLoad = one.merged(with: two) }
            sum.isInterrupted = sum.isInterrupted || other.isInterrupted
            sum.notes += other.notes.filter { !sum.notes.contains($0) }
        }
        sum.shard = .whole
        sum.timeline = try TimelineSecond.sums(of: parts)
        sum.faults = merged(parts.flatMap(\.result.faults))
        sum.samples = earliest(parts.flatMap(\.result.samples))
        let starts = parts.compactMap(\.result.start)
        if let first = starts.min(), let last = starts.max(), last - first > startTolerance {
            sum.notes.append(
                "the shards began up to \(Int((last - first).rounded(.up))) s apart: give them all the same --start-at")
        }
        sum.notes += parts.filter(\.result.isInterrupted).map {
            "the shard \($0.result.shard) was ended before its time"
        }
        return sum
    }

    /// A fault of the scenario is one, though each shard knows of it.
    private static func merged(_ faults: [AppliedFault]) -> [AppliedFault] {
        var merged: [AppliedFault] = []
        for fault in faults {
            guard let index = merged.firstIndex(where: { $0.plan == fault.plan && $0.node == fault.node }) else {
                merged.append(fault)
                continue
            }
            merged[index].from = min(merged[index].from, fault.from)
            merged[index].to = merged[index].to.flatMap { one in fault.to.map { max(one, $0) } }
        }
        return merged.sorted { ($0.from, $0.plan) < ($1.from, $1.plan) }
    }

    private static func earliest(_ samples: [SampledViolation]) -> [SampledViolation] {
        let byCode = Dictionary(grouping: samples, by: \.code)
        return byCode.keys.sorted().flatMap { code in
            (byCode[code] ?? []).sorted { ($0.at, $0.client) < ($1.at, $1.client) }.prefix(sampleLimit)
        }
    }
}
