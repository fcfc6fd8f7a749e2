#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The natural logarithm of the gamma function of a positive number, to about 14 digits. The C library's writes the sign
/// to a global variable, which two threads would share.
func logGamma(_ number: Double) -> Double {
    // Stirling's series is exact enough from 15 on.
    var (large, product) = (number, 1.0)
    while large < 15 {
        product *= large
        large += 1
    }
    let inverse = 1 / large
    let square = inverse * inverse
    let series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1_260 - square / 1_680)))
    return (large - 0.5) * log(large) - large + 0.5 * log(2 * Double.pi) + series - log(product)
}
