/// Text that may hold what a peer sent, made safe for a terminal.
package enum TerminalText {
    /// The text with control characters, line ends and marks that reverse the direction of writing spelled out, so that
    /// no peer can move the cursor or pass off its words as ours.
    package static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var printable = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) {
                printable += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }

    /// The same for a text of several lines, such as a message with what a program printed.
    package static func printableLines(_ text: String) -> String {
        // By scalars: a carriage return with a line feed is one character.
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { printable(String($0)) }.joined(separator: "\n")
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}", "\u{202a}"..."\u{202e}",
            "\u{2066}"..."\u{2069}":
            true
        default: false
        }
    }
}
