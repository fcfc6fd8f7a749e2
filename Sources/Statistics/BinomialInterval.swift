#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Between what bounds a rate lies, of which so many cases of so many were seen: Clopper and Pearson's exact interval, which
/// holds the true rate at least as often as its confidence says.
package struct BinomialInterval: Sendable, Hashable {
    /// The smallest rate that agrees with what was seen, 0 to 1.
    package let lower: Double
    /// The largest rate that agrees with what was seen, 0 to 1.
    package let upper: Double

    /// The interval of `cases` among `trials`, which must be independent; with no trials, any rate agrees.
    ///
    /// It throws unless `cases` is from 0 to `trials`, and `confidence` between 0 and 1.
    package init(cases: Int, of trials: Int, confidence: Double = 0.95) throws(StatisticsError) {
        guard cases >= 0, trials >= cases else {
            throw .outOfRange("expected 0 to \(trials) cases of \(trials) trials, got \(cases)")
        }
        guard confidence > 0, confidence < 1 else {
            throw .outOfRange("expected a confidence between 0 and 1, such as 0.95, got \(confidence)")
        }
        let doubt = (1 - confidence) / 2
        // What is certain on one side leaves a power on the other.
        let extreme = trials == 0 ? 1 : -expm1(log(doubt) / Double(trials))
        let (seen, others) = (Double(cases), Double(trials - cases))
        lower =
            switch cases {
            case 0: 0
            case trials: 1 - extreme
            default: BetaDistribution(alpha: seen, beta: others + 1).quantile(doubt)
            }
        upper =
            switch cases {
            case trials: 1
            case 0: extreme
            default: BetaDistribution(alpha: seen + 1, beta: others).quantile(1 - doubt)
            }
    }
}
