/// What a terminal shows after a text: lines, where the cursor goes up, and what is below it is taken away.
struct Screen {
    private(set) var lines = [""]
    private var row = 0

    /// Nil where the text has a sequence that it does not know.
    init?(_ text: String) {
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": break
            case "\n":
                row += 1
                if row == lines.count { lines.append("") }
            case "\u{1b}":
                let sequence = rest.prefix { !("A"..."Z" ~= $0) && $0 != "m" }
                rest = rest.dropFirst(sequence.count)
                let count = Int(String(String.UnicodeScalarView(sequence)).dropFirst())
                switch (rest.popFirst(), count) {
                case ("A", let count?): row = max(0, row - count)
                case ("J", nil): lines = Array(lines[..<row]) + [""]
                case ("m", _): break
                default: return nil
                }
            default: lines[row].unicodeScalars.append(scalar)
            }
        }
    }
}
