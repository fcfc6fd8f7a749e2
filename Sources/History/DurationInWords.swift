import Clocks

extension Duration {
    /// As people write it: `5 s`, `1.5 s`, `660 ms`. The standard library's own description is never shown to anybody.
    public var inWords: String {
        let nanoseconds = wholeNanoseconds
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        let milliseconds = Self.rounded(magnitude, by: 1_000_000)
        if milliseconds == 0 { return "0 s" }
        if milliseconds < 1_000 { return "\(sign)\(milliseconds) ms" }
        let tenths = Self.rounded(magnitude, by: 100_000_000)
        let fraction = tenths % 10 == 0 ? "" : ".\(tenths % 10)"
        return "\(sign)\(tenths / 10)\(fraction) s"
    }

    private static func rounded(_ nanoseconds: UInt64, by unit: UInt64) -> UInt64 {
        // At most 2^63, so that half a unit more still fits.
        (nanoseconds + unit / 2) / unit
    }
}
