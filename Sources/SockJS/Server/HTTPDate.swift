/// A point in time as HTTP writes it (RFC 9110 §5.6.7), in UTC.
public struct HTTPDate: Sendable, Hashable, CustomStringConvertible {
    /// Seconds since 1970, without leap seconds; kept between the years 1970 and 9999.
    public let seconds: Int64

    /// A time of this many seconds since 1970.
    public init(seconds: Int64) { self.seconds = min(max(seconds, 0), 253_402_300_799) }

    func adding(seconds more: Int64) -> HTTPDate { HTTPDate(seconds: seconds + more) }

    /// For example `Sun, 06 Nov 1994 08:49:37 GMT`.
    public var description: String {
        let (day, time) = (seconds / 86_400, seconds % 86_400)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(day % 7)]
        // Days since 1 March 0000, so that the leap day ends a year.
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let months = ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"]
        let year = era * 400 + yearOfEra + (monthFromMarch >= 10 ? 1 : 0)
        let clock = [time / 3_600, time / 60 % 60, time % 60].map(Self.twoDigits).joined(separator: ":")
        return "\(weekday), \(Self.twoDigits(dayOfMonth)) \(months[Int(monthFromMarch)]) \(year) \(clock) GMT"
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
