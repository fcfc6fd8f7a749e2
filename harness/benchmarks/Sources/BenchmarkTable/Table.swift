import Foundation

/// Prints the rows of one table, and counts the targets that are missed.
package struct Table {
    /// A target, and how far it was reached.
    private struct Figure {
        var heading: String
        var requirement: String
        var isMet: Bool

        /// One line of the file, with tabs between.
        var line: String { "\(heading)\t\(requirement)\t\(isMet ? "met" : "MISSED")" }
    }

    package private(set) var missed = 0
    /// Whether the run is long enough for its figures to be kept for `harness/bench figures`.
    package var isLong = true
    private var targets = 0
    private var heading = ""
    private var figures: [Figure] = []
    private let name: String?

    /// A table whose targets are kept under this name.
    package init(figures name: String? = nil) { self.name = name }

    package mutating func heading(_ text: String, _ columns: [String]) {
        heading = text
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
        figures.append(Figure(heading: heading, requirement: requirement, isMet: isMet))
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

    /// Keeps the figures beside those that other runs measured under this name.
    package func keepFigures() throws {
        guard let name, isLong, !figures.isEmpty else { return }
        let folder = FileManager.default.currentDirectoryPath + "/.build-bench/figures"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = "\(folder)/\(name).tsv"
        // Of a first run there is no file yet.
        let before = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        let kept = before.split(separator: "\n").filter { line in
            !figures.contains { line.hasPrefix("\($0.heading)\t") }
        }
        let lines = kept.map(String.init) + figures.map(\.line)
        try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
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
