/// One statement of a balancer's configuration: its words, without comments and however they are spaced.
struct ConfigStatement: Hashable {
    /// The words, without the quotes around them.
    var words: [String]
    /// Line of the first word, from 1.
    var line: Int
    /// First word of the block it stands in; nil outside of any.
    var block: String?
    /// Whether it opens a block.
    var opensBlock = false

    /// As people write it.
    var text: String { words.map { $0.isEmpty ? "''" : $0 }.joined(separator: " ") }
}

/// How statements end.
enum ConfigSyntax: Hashable {
    /// With `;`, and `{ … }` are blocks.
    case semicolons
    /// With their line.
    case lines
}

extension ConfigSyntax {
    /// The statements of a configuration; placeholders such as `{{60s}}` are parts of words.
    func statements(of text: String) -> [ConfigStatement] {
        var reading = StatementReading(syntax: self)
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() { reading.take(scalar, before: &rest) }
        reading.endStatement()
        return reading.statements
    }
}

/// Reads statements, character by character.
private struct StatementReading {
    let syntax: ConfigSyntax
    private(set) var statements: [ConfigStatement] = []
    private var words: [String] = []
    private var word = String.UnicodeScalarView()
    /// A word may be empty, in quotes.
    private var isInWord = false
    private var line = 1
    private var startLine = 1
    private var blocks: [String] = []

    init(syntax: ConfigSyntax) { self.syntax = syntax }

    mutating func take(_ scalar: Unicode.Scalar, before rest: inout ArraySlice<Unicode.Scalar>) {
        switch scalar {
        case "#" where !isInWord || syntax == .lines:
            while let next = rest.first, next != "\n" { rest.removeFirst() }
        case "'", "\"":
            // nginx knows quotes at the beginning of a word only.
            guard !isInWord || syntax == .lines else { return add(scalar) }
            begin()
            while let next = rest.popFirst(), next != scalar {
                if next == "\\", let escaped = rest.popFirst() { add(escaped) } else { add(next) }
            }
        case "\\":
            guard let escaped = rest.popFirst() else { return }
            // A line that goes on, else a character that would mean something.
            if escaped == "\n" { line += 1 } else { add(scalar, escaped) }
        case "{" where rest.first == "{":
            add(scalar)
            while let next = rest.first, next != "\n", !word.suffix(2).elementsEqual("}}".unicodeScalars) {
                add(next)
                rest.removeFirst()
            }
        case "{" where syntax == .semicolons && word.last != "$":
            endWord()
            let block = words.first ?? ""
            endStatement(opensBlock: true)
            blocks.append(block)
        case "}" where syntax == .semicolons && !word.contains("{"):
            endStatement()
            _ = blocks.popLast()
        case ";" where syntax == .semicolons: endStatement()
        case "\n":
            if syntax == .lines { endStatement() } else { endWord() }
            line += 1
        case _ where scalar.properties.isWhitespace: endWord()
        default: add(scalar)
        }
    }

    mutating func endStatement(opensBlock: Bool = false) {
        endWord()
        if !words.isEmpty {
            statements.append(
                ConfigStatement(words: words, line: startLine, block: blocks.last, opensBlock: opensBlock))
        }
        words = []
    }

    private mutating func begin() {
        if words.isEmpty, !isInWord { startLine = line }
        isInWord = true
    }

    private mutating func add(_ scalars: Unicode.Scalar...) {
        begin()
        for scalar in scalars {
            if scalar == "\n" { line += 1 }
            word.append(scalar)
        }
    }

    private mutating func endWord() {
        if isInWord { words.append(String(word)) }
        word = .init()
        isInWord = false
    }
}
