/// Text that may hold what a peer sent, made safe for XML and HTML.
enum XMLText {
    /// The text for an element or a quoted attribute; what XML 1.0 has no way to write is a replacement character.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // As they are, parsers turn these into blanks in attributes, and line ends into line feeds.
            case "\n", "\t", "\r": escaped += "&#\(scalar.value);"
            // XML 1.0 has no way to write other control characters.
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
