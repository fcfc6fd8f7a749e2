extension Duration {
    /// Whole nanoseconds, cut off below; beyond 292 years the nearest number that fits.
    @inlinable
    public var wholeNanoseconds: Int64 {
        let magnitude = attoseconds.magnitude
        let high = UInt64(truncatingIfNeeded: magnitude >> 64)
        // Half of what an Int64 takes, so that the quotient fits.
        guard high < Self.nanosecond / 2 else { return self < .zero ? .min : .max }
        let (quotient, _) = Self.nanosecond.dividingFullWidth((high, UInt64(truncatingIfNeeded: magnitude)))
        return self < .zero ? -Int64(quotient) : Int64(quotient)
    }

    /// Attoseconds of one.
    @usableFromInline
    static var nanosecond: UInt64 { 1_000_000_000 }

    /// Seconds as a number, for reports.
    public var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
