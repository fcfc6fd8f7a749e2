/// A time of day of the proleptic Gregorian calendar, for people: `2026-11-30T00:26:00Z`.
struct UTCTime: CustomStringConvertible {
    let description: String

    init(sinceEpoch time: Duration) {
        let secondsADay: Int64 = 86_400
        var (days, second) = Swift.max(time, .zero).components.seconds.quotientAndRemainder(dividingBy: secondsADay)
        // Years begin in March here, so that a leap day is the last of its year, and 400 of them have equally many days.
        days += 719_468
        let (eras, dayOfEra) = days.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = 400 * eras + yearOfEra + (month <= 2 ? 1 : 0)
        func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = [month, day].map(twoDigits).joined(separator: "-")
        let clock = [second / 3_600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: ":")
        description = "\(year)-\(date)T\(clock)Z"
    }
}
