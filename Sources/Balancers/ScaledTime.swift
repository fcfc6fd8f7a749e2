/// A time in a configuration that shrinks and grows with the timers of the protocol: `{{60s}}`, units `ms`, `s`, `m` and
/// `h`, written as `60000ms`. Behind a colon stands another way to write it: `{{60s:s}}` is `60s`, a fraction where it
/// must be, and `{{60s:seconds}}` is the whole number `60`, rounded up.
struct ScaledTime: Hashable {
    let milliseconds: Int
    let notation: Notation

    /// How it is written.
    enum Notation: String {
        case milliseconds = "ms"
        case seconds = "s"
        case wholeSeconds = "seconds"
    }

    /// The time that a placeholder names; nil if it names none.
    init?(_ placeholder: String) {
        let parts = placeholder.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].prefix { $0.isASCII && $0.isNumber }
        let factors = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
        // Nine digits of hours still fit.
        guard digits.count <= 9, let count = Int(digits), let factor = factors[String(parts[0][digits.endIndex...])],
            let notation = Notation(rawValue: parts.count > 1 ? String(parts[1]) : "ms")
        else { return nil }
        milliseconds = count * factor
        self.notation = notation
    }

    /// The time under this factor, at least a millisecond.
    func text(scale: Double) -> String {
        let time = max(1, Int((Double(milliseconds) * scale).rounded()))
        switch notation {
        case .milliseconds: return "\(time)ms"
        case .wholeSeconds: return "\((time + 999) / 1_000)"
        case .seconds:
            if time % 1_000 == 0 { return "\(time / 1_000)s" }
            let thousandths = String(time % 1_000)
            return "\(time / 1_000).\(String(repeating: "0", count: 3 - thousandths.count))\(thousandths)s"
        }
    }
}
