import Statistics

extension TimelineSecond {
    /// The sums of each second: the first one of each part, the second one, and so on.
    static func sums(of parts: [StressPart]) throws(StressMergeError) -> [TimelineSecond] {
        let length = parts.map(\.result.timeline.count).max() ?? 0
        var sums: [TimelineSecond] = []
        for index in 0..<length {
            sums.append(try sum(of: parts.filter { $0.result.timeline.indices.contains(index) }, index))
        }
        return sums
    }

    private static func sum(of parts: [StressPart], _ index: Int) throws(StressMergeError) -> TimelineSecond {
        let seconds = parts.map { $0.result.timeline[index] }
        var sum = seconds[0]
        for other in seconds.dropFirst() {
            sum.at = max(sum.at, other.at)
            sum.clients.add(other.clients)
            sum.sent += other.sent
            sum.answered += other.answered
            sum.violations += other.violations
        }
        sum.longest = seconds.compactMap(\.longest).max()
        guard seconds.count > 1 else { return sum }
        (sum.median, sum.p99, sum.responses) = (nil, nil, nil)
        // Percentiles of a sum are known from all its parts alone.
        guard seconds.allSatisfy({ $0.answered == 0 || $0.responses != nil }) else { return sum }
        var all = HdrHistogram(.latency)
        for part in parts {
            guard let text = part.result.timeline[index].responses else { continue }
            do throws(HistogramError) {
                try all.merge(try HdrHistogram(encoded: text, slotLimit: HistogramLayout.latency.slotCount))
            } catch {
                throw .histogram(name: part.name, field: "timeline[\(index)].responses", error)
            }
        }
        guard all.count > 0 else { return sum }
        sum.median = all.value(atPercentile: 50).map { Double($0) / 1_000 }
        sum.p99 = all.value(atPercentile: 99).map { Double($0) / 1_000 }
        do throws(HistogramError) {
            sum.responses = try all.encoded()
        } catch {
            throw .histogram(name: "the sum", field: "timeline[\(index)].responses", error)
        }
        return sum
    }
}
