import Statistics
package import StressResults

/// The end of a stress run as a tired person reads it: what had to hold, what was violated, then the numbers.
package struct StressSummary: Sendable {
    private let isColored: Bool
    private let isVerbose: Bool

    /// A summary with or without ANSI colors.
    ///
    /// - Parameter isVerbose: whether all evidence is told, in lines as long as they are.
    package init(isColored: Bool, isVerbose: Bool = false) {
        self.isColored = isColored
        self.isVerbose = isVerbose
    }

    /// All of it, without a line feed at the end.
    package func text(_ report: StressReport) -> String {
        var lines: [String] = []
        if let problem = report.problem { lines += wrapped(problem.message) + [""] }
        for shortage in report.result.shortages { lines += wrapped(shortage) + [""] }
        lines += thresholds(report.judged)
        lines += violations(report)
        lines += StressTable(report.result).lines
        for note in report.result.notes { lines += wrapped("note: \(note)") }
        if let stalls = ownStalls(report.result.ownStalls) { lines += wrapped(stalls) }
        lines += [""] + wrapped(StressVerdict.sentence(report))
        if !isVerbose, !report.result.samples.isEmpty {
            lines.append("All evidence: --verbose, or --report json=FILE.")
        }
        return lines.joined(separator: "\n")
    }

    private func thresholds(_ judged: [StressReport.JudgedThreshold]) -> [String] {
        guard !judged.isEmpty else { return [] }
        let width = judged.map(\.threshold.description.count).max() ?? 0
        return judged.map { one in
            let value = one.value.map(one.threshold.measure.unit.text) ?? "not measured"
            let mark = one.isKept ? paint("kept  ", 32) : paint("missed", 31)
            return "\(mark)  \(one.threshold.description.padded(to: width))   \(value)"
        } + [""]
    }

    /// Each kind of violation once, the most frequent first.
    private func violations(_ report: StressReport) -> [String] {
        let result = report.result
        var lines: [String] = []
        for (number, code) in StressVerdict.codes(result).enumerated() {
            let lead = "\(number + 1). "
            let indent = String(repeating: " ", count: lead.count)
            lines += wrapped(StressVerdict.headline(code, result), lead: lead, indent: indent)
            if let remedy = report.remedies[code] { lines += CauseText.remedyLines(remedy, indent) }
            let samples = result.samples.filter { $0.code == code }
            for sample in isVerbose ? samples[...] : samples.prefix(1) { lines += shown(sample, indent) }
            lines.append("")
        }
        return lines
    }

    private func shown(_ sample: SampledViolation, _ indent: String) -> [String] {
        var lines = wrapped(
            "client \(sample.client) at \(NumberText.number(sample.at)) s: \(sample.message)", lead: indent,
            indent: indent)
        let evidence = isVerbose ? sample.evidence[...] : sample.evidence.suffix(Self.evidenceLimit)
        for (index, line) in evidence.enumerated() {
            let line = indent + (index == 0 ? "seen: " : "      ") + TerminalText.printable(line)
            lines.append(isVerbose ? line : WrappedText.cut(line, to: WrappedText.width))
        }
        return lines
    }

    private func ownStalls(_ stalls: [Double]) -> String? {
        guard let longest = stalls.max() else { return nil }
        return
            "note: our own machine was too busy \(NumberText.count(stalls.count)) times, for "
            + "\(NumberText.time(seconds: longest)) at most: the longest times may be ours"
    }

    private func wrapped(_ text: String, lead: String = "", indent: String = "  ") -> [String] {
        WrappedText.lines(TerminalText.printable(text), lead: lead, indent: indent)
    }

    private func paint(_ text: String, _ color: Int) -> String {
        isColored ? "\u{1b}[\(color)m\(text)\u{1b}[0m" : text
    }

    private static let evidenceLimit = 3
}

extension String {
    /// With blanks behind it, up to so many columns.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    /// With blanks before it, up to so many columns.
    func indented(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
