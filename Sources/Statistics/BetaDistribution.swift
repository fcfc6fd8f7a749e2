#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The beta distribution of two positive parameters.
struct BetaDistribution {
    let alpha: Double
    let beta: Double

    /// The chance of at most `value`, which is from 0 to 1: the regularized incomplete beta function.
    func cumulative(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        guard value < 1 else { return 1 }
        // The continued fraction is fast below the mean alone.
        guard value <= (alpha + 1) / (alpha + beta + 2) else {
            return 1 - BetaDistribution(alpha: beta, beta: alpha).cumulative(1 - value)
        }
        let factor = logGamma(alpha + beta) - logGamma(alpha) - logGamma(beta)
        return exp(factor + alpha * log(value) + beta * log1p(-value)) / alpha * fraction(value)
    }

    /// The value that is exceeded with the chance `1 - probability`, to the last digit that ``cumulative(_:)`` tells.
    func quantile(_ probability: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        // Halves until no number lies between; what is below 2^-100 counts as nothing.
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            guard low < middle, middle < high else { break }
            if cumulative(middle) < probability { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// The continued fraction of the incomplete beta function, by Lentz's method.
    private func fraction(_ value: Double) -> Double {
        func nonzero(_ number: Double) -> Double { abs(number) < 1e-300 ? 1e-300 : number }
        var numerator = 1.0
        var denominator = 1 / nonzero(1 - (alpha + beta) * value / (alpha + 1))
        var fraction = denominator
        // It takes about the square root of the larger parameter.
        for step in 1...1_000_000 {
            let step = Double(step)
            let even = step * (beta - step) * value / ((alpha + 2 * step - 1) * (alpha + 2 * step))
            let odd =
                -(alpha + step) * (alpha + beta + step) * value / ((alpha + 2 * step) * (alpha + 2 * step + 1))
            var change = 1.0
            for term in [even, odd] {
                denominator = 1 / nonzero(1 + term * denominator)
                numerator = nonzero(1 + term / numerator)
                change = numerator * denominator
                fraction *= change
            }
            if abs(change - 1) < 1e-15 { break }
        }
        return fraction
    }
}
