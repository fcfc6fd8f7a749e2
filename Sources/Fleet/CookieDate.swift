/// Reads the dates of `Expires` as browsers do (RFC 6265 §5.1.1): in whatever order and notation servers write them.
enum CookieDate {
    /// Seconds since 1970, UTC; nil for what is no date.
    static func seconds(_ text: String) -> Int64? {
        var time: [Int]?
        var day: Int?
        var month: Int?
        var year: Int?
        for token in text.utf8.split(whereSeparator: isDelimiter) {
            if time == nil, let found = timeOfDay(token) {
                time = found
            } else if day == nil, let found = number(token, digits: 1...2) {
                day = found
            } else if month == nil, let found = monthNumber(token) {
                month = found
            } else if year == nil, let found = number(token, digits: 2...4) {
                year = found < 70 ? found + 2_000 : found < 100 ? found + 1_900 : found
            }
        }
        guard let time, time[0] < 24, time[1] < 60, time[2] < 60, let day, (1...31).contains(day), let month, let year,
            year >= 1601
        else { return nil }
        let seconds = daysSince1970(year, month, day) * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
        return Int64(seconds)
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x20...0x2f, 0x3b...0x40, 0x5b...0x60, 0x7b...0x7e: true
        default: false
        }
    }

    private static func number(_ token: Substring.UTF8View, digits: ClosedRange<Int>) -> Int? {
        let leading = token.prefix { (0x30...0x39).contains($0) }
        return digits.contains(leading.count) ? Int(String(decoding: leading, as: UTF8.self)) : nil
    }

    private static func timeOfDay(_ token: Substring.UTF8View) -> [Int]? {
        let parts = token.split(separator: 0x3a, omittingEmptySubsequences: false).map { number($0, digits: 1...2) }
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2] else { return nil }
        return [hour, minute, second]
    }

    private static func monthNumber(_ token: Substring.UTF8View) -> Int? {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        return months.firstIndex(of: String(decoding: token.prefix(3), as: UTF8.self).lowercased()).map { $0 + 1 }
    }

    /// Days of the proleptic Gregorian calendar; years begin in March, so that the leap day is the last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
