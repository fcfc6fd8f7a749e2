/// Numbers as people read them on a terminal; any number has a text.
enum NumberText {
    /// `1234567` as `1 234 567`.
    static func count(_ count: Int) -> String {
        let digits = String(count.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += " " }
            text.append(digit)
        }
        return count < 0 ? "-\(text)" : text
    }

    /// Three digits that count, and all of those before the point.
    static func number(_ number: Double) -> String {
        guard number.isFinite, number.magnitude < 1e15 else { return "\(number)" }
        let places: Int
        switch number.magnitude {
        case 100...: places = 0
        case 10..<100: places = 1
        case 1..<10: places = 2
        case 0.001..<1: places = 3
        default: return number == 0 ? "0" : "\(number)"
        }
        let rounded = number.rounded(toPlaces: places)
        return rounded == rounded.rounded() ? count(Int(rounded)) : "\(rounded)"
    }

    /// A time in the unit that suits it: `850 µs`, `1.25 ms`, `3.2 s`.
    static func time(seconds: Double) -> String {
        switch seconds {
        case ..<0.001: "\(number(seconds * 1_000_000)) µs"
        case ..<1: "\(number(seconds * 1_000)) ms"
        default: "\(number(seconds)) s"
        }
    }

    /// The same for a time in milliseconds; a dash where there is none.
    static func time(milliseconds: Double?) -> String { milliseconds.map { time(seconds: $0 / 1_000) } ?? "-" }
}
