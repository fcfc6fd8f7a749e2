/// Text in lines that fit a terminal.
struct WrappedText {
    /// Columns of a line; what terminals have at least.
    static let width = 80

    /// The text in lines of at most ``width`` columns, broken between words, each behind `indent`, the first one behind
    /// `lead` instead. A word that is longer than a line stands on one of its own.
    static func lines(_ text: String, lead: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = lead
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent
                isEmpty = true
            }
            line += isEmpty ? String(word) : " \(word)"
            isEmpty = false
        }
        lines.append(line)
        return lines
    }

    /// The text, cut to this many columns.
    static func cut(_ text: String, to columns: Int) -> String {
        text.count <= columns ? text : "\(text.prefix(max(0, columns - 1)))…"
    }
}
