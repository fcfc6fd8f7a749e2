/// Values measured in turns with those of others.
package enum Sample {
    /// The middle one; 0 of none.
    package static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

    /// What a share of the values lies below, between two of them in proportion; 0 of none.
    package static func quantile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return 0 }
        let place = share * Double(last)
        let (lower, upper) = (Int(place), min(Int(place) + 1, last))
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
