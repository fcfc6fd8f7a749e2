#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many of `trials` succeed, drawn at random.
///
/// It looks around the likeliest number for the one that the random number falls on, in about the square root of `trials`
/// steps.
struct BinomialDraw {
    private let trials: Double
    private let odds: Double
    private let likeliest: Double
    private let chance: Double

    /// `probability` is the chance of each.
    init(trials: Int, probability: Double) {
        self.trials = Double(trials)
        odds = probability / (1 - probability)
        guard trials > 0, probability > 0, probability < 1 else {
            likeliest = probability >= 1 ? self.trials : 0
            chance = 1
            return
        }
        likeliest = min(self.trials, ((self.trials + 1) * probability).rounded(.down))
        let ways = logGamma(self.trials + 1) - logGamma(likeliest + 1) - logGamma(self.trials - likeliest + 1)
        chance = exp(ways + likeliest * log(probability) + (self.trials - likeliest) * log1p(-probability))
    }

    func draw(using generator: inout some RandomNumberGenerator) -> Int {
        var rest = Double.random(in: 0..<1, using: &generator) - chance
        var (below, above) = (likeliest, likeliest)
        var (chanceBelow, chanceAbove) = (chance, chance)
        while rest >= 0, chanceBelow > 0 || chanceAbove > 0 {
            chanceAbove *= (trials - above) / (above + 1) * odds
            above += 1
            rest -= chanceAbove
            if rest < 0 { return Int(above) }
            chanceBelow *= below / ((trials - below + 1) * odds)
            below -= 1
            rest -= chanceBelow
            if rest < 0 { return Int(below) }
        }
        // Rounding leaves a little of the sum of all chances, if anything.
        return Int(likeliest)
    }
}
