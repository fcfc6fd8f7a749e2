/// Prints the rows of one table, and counts the targets that are missed.
package struct Table {
    package private(set) var missed = 0
    private var targets = 0

    package init() {}

    package mutating func heading(_ text: String, _ columns: [String]) {
        print("\n\(text)")
        print(Self.row("", columns))
    }

    package func line(_ name: String, _ cells: [String]) {
        print(Self.row(name, cells))
    }

    /// A cell with a figure and whether it reaches `target`.
    package mutating func judged(_ value: Double, atLeast target: Double, unit: String = "×") -> String {
        judged(value, value >= target, "≥ \(Self.short(target))", unit)
    }

    /// A cell with a figure and whether it stays within `target`.
    package mutating func judged(_ value: Double, atMost target: Double, unit: String = "×") -> String {
        judged(value, value <= target, "≤ \(Self.short(target))", unit)
    }

    /// A line that says what must hold, and whether it does.
    package mutating func judge(_ requirement: String, _ isMet: Bool) {
        targets += 1
        if !isMet { missed += 1 }
        print("must be \(requirement): \(isMet ? "met" : "MISSED")")
    }

    private mutating func judged(_ value: Double, _ isMet: Bool, _ target: String, _ unit: String) -> String {
        targets += 1
        if !isMet { missed += 1 }
        return "\(Self.short(value))\(unit) (\(target)\(isMet ? "" : " MISSED"))"
    }

    package func finish() {
        print("\n\(targets - missed) of \(targets) targets met")
    }

    /// Two decimals below 10, one below 100, none above.
    package static func short(_ value: Double) -> String {
        let scale: Double = abs(value) < 10 ? 100 : abs(value) < 100 ? 10 : 1
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    package static func size(_ bytes: Int) -> String {
        bytes < 1_024 ? "\(bytes) B" : bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        name.padded(32) + cells.map { $0.padded(20) }.joined()
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
