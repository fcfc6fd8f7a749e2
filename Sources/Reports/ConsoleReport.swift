import Verdicts

/// The report as a tired person reads it on a terminal: a line a case, failures last with evidence and remedy.
public struct ConsoleReport: Sendable {
    private let isColored: Bool

    /// A report with or without ANSI colors.
    public init(isColored: Bool) { self.isColored = isColored }

    /// The line of one case, as it is printed when the case is done.
    public func line(_ result: CaseResult) -> String {
        let mark = paint(pad(result.verdict.rawValue, 12), result.verdict)
        let seconds = "\(result.durationSeconds.rounded(toPlaces: 1)) s"
        var line = "\(mark) \(pad(result.description.id, 38)) \(pad(seconds, 7))"
        if result.verdict != .pass { line += " \(TerminalText.printable(result.reason))" }
        return line
    }

    /// What comes after the last case: failures with evidence and remedy, then the summary.
    public func closing(_ report: RunReport) -> String {
        var lines: [String] = []
        for result in report.cases where !result.findings.isEmpty || result.verdict == .inconclusive {
            lines.append("")
            lines.append("\(paint(result.verdict.rawValue.uppercased(), result.verdict)) \(result.description.id)")
            lines.append("  \(result.description.proves)")
            // The findings of a run that proves nothing are not why it is inconclusive.
            if result.findings.isEmpty || result.verdict == .inconclusive {
                lines.append("  \(TerminalText.printable(result.reason))")
            }
            lines += FindingText.lines(of: result).map { "  \(TerminalText.printable($0))" }
        }
        let counts = Verdict.allCases.compactMap { verdict in
            report.count(verdict) > 0 ? "\(report.count(verdict)) \(verdict.rawValue)" : nil
        }
        lines.append("")
        lines.append(
            "\(subject(report.target)): \(counts.joined(separator: ", ")) in "
                + "\(report.durationSeconds.rounded(toPlaces: 1)) s (seed \(report.seed))")
        lines.append(report.closingSentence)
        return lines.joined(separator: "\n")
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
