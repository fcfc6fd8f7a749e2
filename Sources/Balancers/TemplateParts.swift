/// A text with placeholders, taken apart.
struct TemplateParts: Hashable {
    /// A piece of it.
    enum Part: Hashable {
        /// As it stands.
        case text(Substring)
        /// `{{name}}`.
        case placeholder(String, line: Int)
        /// `{{each node}}…{{end}}`: once for each node, with this text between one and the next.
        case eachNode([Part], separator: String)
    }

    let parts: [Part]

    /// Takes a text apart.
    ///
    /// - Throws: what is wrong with it, in its line.
    init(_ text: String) throws(TemplateError.Problem) {
        var parts: [Part] = []
        var loop: (before: [Part], separator: String, line: Int)?
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.text(rest[..<open.lowerBound])) }
            let line = text[..<open.lowerBound].count { $0.isNewline } + 1
            let inside = rest[open.upperBound...].prefix { !$0.isNewline }
            guard let close = inside.firstRange(of: "}}") else { throw .unclosed(line: line) }
            let name = Self.trimmed(inside[..<close.lowerBound])
            rest = rest[close.upperBound...]
            if let separator = try Self.separator(name, line: line) {
                guard loop == nil else { throw .loopInLoop(line: line) }
                loop = (parts, separator, line)
                parts = []
            } else if name == "end" {
                guard let begun = loop else { throw .endWithoutLoop(line: line) }
                parts = begun.before + [.eachNode(parts, separator: begun.separator)]
                loop = nil
            } else {
                parts.append(.placeholder(name, line: line))
            }
        }
        if let loop { throw .loopWithoutEnd(line: loop.line) }
        if !rest.isEmpty { parts.append(.text(rest)) }
        self.parts = parts
    }

    /// The names of all placeholders, those in loops too.
    var names: Set<String> { Self.names(parts) }

    private static func names(_ parts: [Part]) -> Set<String> {
        parts.reduce(into: []) { names, part in
            switch part {
            case .text: break
            case .placeholder(let name, _): names.insert(name)
            case .eachNode(let parts, _): names.formUnion(Self.names(parts))
            }
        }
    }

    /// What stands between the rounds of a loop that begins here; nil where none begins.
    private static func separator(_ name: String, line: Int) throws(TemplateError.Problem) -> String? {
        guard name == "each" || name.hasPrefix("each ") else { return nil }
        let rest = trimmed(name.dropFirst(4))
        guard rest.hasPrefix("node") else { throw .unknownLoop(name, line: line) }
        let separator = trimmed(rest.dropFirst(4))
        if separator.isEmpty { return "" }
        guard separator.count >= 2, separator.hasPrefix("\""), separator.hasSuffix("\"") else {
            throw .unknownLoop(name, line: line)
        }
        return String(separator.dropFirst().dropLast())
    }

    private static func trimmed(_ text: Substring) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}

extension TemplateParts {
    /// The text with all placeholders replaced.
    func filled(_ values: TemplateValues) throws(TemplateError.Problem) -> String { try Self.filled(parts, values) }

    private static func filled(
        _ parts: [Part], _ values: TemplateValues, node: Int? = nil
    ) throws(TemplateError.Problem) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .placeholder(let name, let line):
                guard let value = values.value(of: name) ?? node.flatMap({ inLoop(name, values, $0) }) else {
                    let loop = node == nil ? [] : ["node", "node.host", "node.number", "node.port"]
                    throw .unknown(name, line: line, known: (values.known + loop).sorted())
                }
                text += value
            case .eachNode(let parts, let separator):
                for index in values.nodes.indices {
                    if index > 0 { text += separator }
                    text += try filled(parts, values, node: index)
                }
            }
        }
        return text
    }

    private static func inLoop(_ name: String, _ values: TemplateValues, _ index: Int) -> String? {
        switch name {
        case "node": TemplateValues.part(nil, of: values.nodes[index])
        case "node.host": TemplateValues.part("host", of: values.nodes[index])
        case "node.port": TemplateValues.part("port", of: values.nodes[index])
        case "node.number": String(index + 1)
        default: nil
        }
    }
}
