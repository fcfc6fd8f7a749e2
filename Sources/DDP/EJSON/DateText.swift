/// Dates as JavaScript spells them (ECMA-262 21.4.1.32): `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, and a time after `T`.
///
/// A time without an offset is taken for UTC. Other spellings, which engines read as they please, are no dates here.
enum DateText {
    static func milliseconds(_ text: String) -> Int64? {
        var scanner = Scanner(rest: Array(text.utf8)[...])
        guard let date = scanner.date(), let time = scanner.time(), scanner.rest.isEmpty else { return nil }
        let milliseconds = date * 86_400_000 + time
        return milliseconds.magnitude <= EJSON.greatestDate.magnitude ? milliseconds : nil
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func consume(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(digits: Int, in range: ClosedRange<Int64>) -> Int64? {
            guard rest.count >= digits else { return nil }
            var value: Int64 = 0
            for byte in rest.prefix(digits) {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            rest.removeFirst(digits)
            return range.contains(value) ? value : nil
        }

        /// Days since 1970.
        mutating func date() -> Int64? {
            var year: Int64?
            if consume("+") {
                year = number(digits: 6, in: 0...999_999)
            } else if consume("-") {
                year = number(digits: 6, in: 1...999_999).map { -$0 }
            } else {
                year = number(digits: 4, in: 0...9_999)
            }
            guard let year else { return nil }
            var month: Int64 = 1
            var day: Int64 = 1
            if consume("-") {
                guard let value = number(digits: 2, in: 1...12) else { return nil }
                month = value
                if consume("-") {
                    let days = DateText.days(year: year, month: month + 1) - DateText.days(year: year, month: month)
                    guard let value = number(digits: 2, in: 1...days) else { return nil }
                    day = value
                }
            }
            return DateText.days(year: year, month: month) + day - 1
        }

        /// Milliseconds since midnight UTC.
        mutating func time() -> Int64? {
            guard !rest.isEmpty else { return 0 }
            guard consume("T"), let hour = number(digits: 2, in: 0...24), consume(":"),
                let minute = number(digits: 2, in: 0...59)
            else { return nil }
            var milliseconds = (hour * 60 + minute) * 60_000
            if consume(":") {
                guard let second = number(digits: 2, in: 0...59) else { return nil }
                milliseconds += second * 1_000
                if consume(".") {
                    guard let fraction = number(digits: 3, in: 0...999) else { return nil }
                    milliseconds += fraction
                }
            }
            guard milliseconds <= 86_400_000 else { return nil }
            if rest.isEmpty || consume("Z") { return milliseconds }
            let sign: Int64 = rest.first == UInt8(ascii: "-") ? 1 : -1
            guard consume("+") || consume("-"), let hours = number(digits: 2, in: 0...23), consume(":"),
                let minutes = number(digits: 2, in: 0...59)
            else { return nil }
            return milliseconds + sign * (hours * 60 + minutes) * 60_000
        }
    }

    /// Days from 1970 to the first of a month, 13 being the next January.
    private static func days(year: Int64, month: Int64) -> Int64 {
        let year = month > 12 ? year + 1 : year
        let month = month > 12 ? month - 12 : month
        // The year begins in March, so that the leap day is its last.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
