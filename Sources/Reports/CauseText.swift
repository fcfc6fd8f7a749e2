import Claims
import Verdicts

/// The causes of a run in lines for people, each once, with what to change.
enum CauseText {
    /// The lines; none without a cause.
    ///
    /// - Parameter isVerbose: whether all evidence and all cases are told.
    static func lines(_ causes: [Cause], isVerbose: Bool) -> [String] {
        causes.enumerated().flatMap { number, cause in lines(cause, number: number + 1, isVerbose: isVerbose) }
    }

    private static func lines(_ cause: Cause, number: Int, isVerbose: Bool) -> [String] {
        let lead = "\(number). "
        let indent = String(repeating: " ", count: lead.count)
        var lines = WrappedText.lines(
            TerminalText.printable("\(cause.kind.rawValue): \(cause.message)"), lead: lead, indent: indent)
        if let remedy = cause.remedy {
            lines += remedyLines(remedy, present: cause.present, indent)
        }
        let evidence = isVerbose ? cause.evidence[...] : cause.evidence.prefix(evidenceLimit)
        for (index, one) in evidence.enumerated() {
            let lead = indent + (index == 0 ? "seen: " : "      ")
            let line = TerminalText.printable(one.line)
            if isVerbose {
                lines.append(lead + line)
            } else if one.isBalancersWords {
                // Words worth reading to their end.
                lines += WrappedText.lines(
                    WrappedText.cut(line, to: 3 * WrappedText.width), lead: lead, indent: "\(indent)        ")
            } else {
                lines.append(WrappedText.cut(lead + line, to: WrappedText.width))
            }
        }
        guard !cause.cases.isEmpty else { return lines + [""] }
        let shown = isVerbose ? cause.cases[...] : cause.cases.prefix(caseLimit)
        let more = cause.cases.count - shown.count
        lines += WrappedText.lines(
            shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""), lead: "\(indent)fails: ",
            indent: "\(indent)       ")
        return lines + [""]
    }

    /// Lines of a configuration stand as they are, with a mark where they are written already; a sentence is wrapped.
    static func remedyLines(_ remedy: String, present: [String] = [], _ indent: String) -> [String] {
        let written = remedy.split(whereSeparator: \.isNewline).map { TerminalText.printable(String($0)) }
        let there = Set(present.map(bare))
        func isThere(_ line: String) -> Bool { there.contains(bare(line)) }
        guard written.count > 1 || written.contains(where: isThere) else {
            return WrappedText.lines(
                TerminalText.printable(remedy), lead: "\(indent)change: ", indent: "\(indent)        ")
        }
        return ["\(indent)change:"]
            + written.map { isThere($0) ? "\(indent)  \($0)  # is there already" : "\(indent)  \($0)" }
    }

    /// A statement without its comment, its end and superfluous blanks.
    private static func bare(_ line: String) -> String {
        let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.hasSuffix(";") ? String(words.dropLast()) : words
    }

    private static let evidenceLimit = 2
    private static let caseLimit = 4
}
