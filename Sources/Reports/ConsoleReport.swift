import History
package import Verdicts

/// The report as a tired person reads it on a terminal: a line a case, then what is wrong and what to change.
package struct ConsoleReport: Sendable {
    private let isColored: Bool
    private let isVerbose: Bool

    /// A report with or without ANSI colors.
    ///
    /// - Parameter isVerbose: whether all evidence of every case is told, in lines as long as they are.
    package init(isColored: Bool, isVerbose: Bool = false) {
        self.isColored = isColored
        self.isVerbose = isVerbose
    }

    /// The line of one case, as it is printed when the case is done.
    package func line(_ result: CaseResult) -> String {
        let mark = pad(result.verdict.rawValue, 12)
        let seconds = "\(result.durationSeconds.rounded(toPlaces: 1)) s"
        var line = "\(mark) \(pad(result.description.id, 38)) \(pad(seconds, 7))"
        if result.verdict != .pass { line += " \(TerminalText.printable(result.reason))" }
        if !isVerbose { line = WrappedText.cut(line, to: WrappedText.width) }
        return paint(mark, result.verdict) + line.dropFirst(mark.count)
    }

    /// What comes after the last case: the causes with what to change, what could not be told, then the summary.
    package func closing(_ report: RunReport) -> String {
        var lines: [String] = [""]
        lines += CauseText.lines(report.causes, isVerbose: isVerbose)
        lines += isVerbose ? details(report) : unsettled(report)
        lines += faults(report)
        let counts = Verdict.allCases.compactMap { verdict in
            report.count(verdict) > 0 ? "\(report.count(verdict)) \(verdict.rawValue)" : nil
        }
        lines += WrappedText.lines(
            "\(subject(report.target)): \(counts.joined(separator: ", ")) in "
                + "\(report.durationSeconds.rounded(toPlaces: 1)) s (seed \(report.seed))", lead: "", indent: "  ")
        lines += WrappedText.lines(TerminalText.printable(report.closingSentence), lead: "", indent: "")
        if !isVerbose, report.cases.contains(where: { !$0.findings.isEmpty }) {
            lines.append("All evidence: --verbose, or --report json=FILE.")
        }
        return lines.joined(separator: "\n")
    }

    /// The cases that fall with no cause, with their reasons.
    private func unsettled(_ report: RunReport) -> [String] {
        var lines: [String] = []
        for result in report.cases where result.causedBy == nil {
            guard result.verdict == .inconclusive || result.verdict.isViolation else { continue }
            lines += WrappedText.lines(
                "\(result.description.id): \(TerminalText.printable(result.reason))",
                lead: "\(result.verdict.rawValue) ", indent: "    ")
            if let remedy = result.remedy {
                lines += WrappedText.lines(TerminalText.printable(remedy), lead: "    change: ", indent: "            ")
            }
        }
        return lines.isEmpty ? [] : lines + [""]
    }

    /// What the faults cost, each kind of them in a line; each fault with its case in a verbose report.
    private func faults(_ report: RunReport) -> [String] {
        let seen = report.cases.flatMap { result in result.faults.map { (result.description.id, $0) } }
        if isVerbose { return seen.map { "info \($0): \(TerminalText.printable($1.description))" } + [""] }
        let kinds = Dictionary(grouping: seen.map(\.1), by: \.fault.rawValue).sorted { $0.key < $1.key }
        return kinds.map { kind, effects in
            let failed = effects.map(\.failedRequests).reduce(0, +)
            let longest = effects.map(\.outageSeconds).max() ?? 0
            return "info \(TerminalText.printable(kind)) \u{d7} \(effects.count): "
                + (failed == 0
                    ? "no request failed"
                    : "\(failed) failed requests, the last \(longest.rounded(toPlaces: 1)) s after the fault")
        }
    }

    private func details(_ report: RunReport) -> [String] {
        var lines: [String] = []
        for result in report.cases where !result.findings.isEmpty || result.verdict == .inconclusive {
            lines.append("\(paint(result.verdict.rawValue.uppercased(), result.verdict)) \(result.description.id)")
            lines.append("  \(result.description.proves)")
            // The findings of a run that proves nothing are not why it is inconclusive.
            if result.findings.isEmpty || result.verdict == .inconclusive {
                lines.append("  \(TerminalText.printable(result.reason))")
            }
            lines += FindingText.lines(of: result).map { "  \(TerminalText.printable($0))" }
            lines.append("")
        }
        return lines
    }

    private func subject(_ target: RunReport.Target) -> String {
        TerminalText.printable([target.name, target.version, target.config].compactMap { $0 }.joined(separator: " "))
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func paint(_ text: String, _ verdict: Verdict) -> String {
        guard isColored else { return text }
        let color =
            switch verdict {
            case .pass: 32
            case .fail: 31
            case .warning, .inconclusive: 33
            case .info, .unsupported, .unobservable: 36
            }
        return "\u{1b}[\(color)m\(text)\u{1b}[0m"
    }
}
