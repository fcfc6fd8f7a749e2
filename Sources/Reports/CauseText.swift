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
            lines += remedyLines(remedy, indent)
        }
        for present in cause.present {
            lines += WrappedText.lines(
                TerminalText.printable("\(present) is there already, and does not do it"),
                lead: "\(indent)but ", indent: "\(indent)    ")
        }
        for line in isVerbose ? cause.evidence[...] : cause.evidence.prefix(evidenceLimit) {
            let line = TerminalText.printable(line)
            lines.append(
                isVerbose ? "\(indent)  \(line)" : WrappedText.cut("\(indent)  \(line)", to: WrappedText.width))
        }
        guard !cause.cases.isEmpty else { return lines + [""] }
        let shown = isVerbose ? cause.cases[...] : cause.cases.prefix(caseLimit)
        let more = cause.cases.count - shown.count
        lines += WrappedText.lines(
            shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""), lead: "\(indent)fails: ",
            indent: "\(indent)       ")
        return lines + [""]
    }

    /// Lines of a configuration stand as they are; a sentence is wrapped.
    static func remedyLines(_ remedy: String, _ indent: String) -> [String] {
        let written = remedy.split(whereSeparator: \.isNewline).map { TerminalText.printable(String($0)) }
        guard written.count > 1 else {
            return WrappedText.lines(
                TerminalText.printable(remedy), lead: "\(indent)change: ", indent: "\(indent)        ")
        }
        return ["\(indent)change:"] + written.map { "\(indent)  \($0)" }
    }

    private static let evidenceLimit = 2
    private static let caseLimit = 4
}
