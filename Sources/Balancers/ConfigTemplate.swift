import Foundation

/// A balancer's configuration with `{{listen}}`, `{{node1}}` … `{{nodeN}}` and `{{dir}}` in place of addresses.
///
/// Addresses are `HOST:PORT`; `{{dir}}` is a directory the balancer may write to. A time such as `{{60s}}` (units `ms`,
/// `s`, `m`, `h`) shrinks and grows with the timers of the protocol and is written in milliseconds: a template that
/// writes its idle timeouts so can be judged in less time.
package struct ConfigTemplate: Sendable, Hashable {
    /// Where the text comes from, for messages.
    package var file: String
    /// The text with its placeholders.
    package var text: String
    /// How this balancer writes an address.
    package var examples: BalancerManifest.PlaceholderExamples

    /// A template from memory.
    package init(text: String, file: String, examples: BalancerManifest.PlaceholderExamples) {
        self.text = text
        self.file = file
        self.examples = examples
    }

    /// Reads a template of at most 1 MiB of UTF-8.
    package init(contentsOf file: String, examples: BalancerManifest.PlaceholderExamples) throws(CatalogError) {
        self.init(text: try CatalogFile.text(file, limit: 1 << 20), file: file, examples: examples)
    }

    /// The configuration: every placeholder replaced.
    ///
    /// `{{listen}}` and one placeholder for each node must occur, `{{dir}}` and times may; any other placeholder is an
    /// error. Times are multiplied by `timeScale`.
    package func render(
        listen: String, nodes: [String], directory: String, timeScale: Double = 1
    ) throws(TemplateError) -> String {
        var values = ["listen": listen, "dir": directory]
        for (index, node) in nodes.enumerated() { values["node\(index + 1)"] = node }
        var rendered = ""
        var used: Set<String> = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            rendered += rest[..<open.lowerBound]
            let line = text[..<open.lowerBound].count { $0.isNewline } + 1
            let inside = rest[open.upperBound...].prefix { !$0.isNewline }
            guard let close = inside.firstRange(of: "}}") else {
                throw TemplateError(file: file, problem: .unclosed(line: line))
            }
            let name = inside[..<close.lowerBound].trimmingCharacters(in: .whitespaces)
            guard let value = values[name] ?? Self.milliseconds(name).map({ Self.scaled($0, by: timeScale) }) else {
                throw TemplateError(file: file, problem: .unknown(name, line: line, known: values.keys.sorted()))
            }
            used.insert(name)
            rendered += value
            rest = rest[close.upperBound...]
        }
        rendered += rest
        let missing = (["listen"] + nodes.indices.map { "node\($0 + 1)" }).filter { !used.contains($0) }
        guard missing.isEmpty else {
            throw TemplateError(file: file, problem: .missing(missing, how: missing.map(example)))
        }
        return rendered
    }

    /// Whether the configuration has times that follow the time scale.
    package var scalesTime: Bool {
        text.split(separator: "{{").dropFirst().contains { piece in
            piece.firstRange(of: "}}").map {
                Self.milliseconds(piece[..<$0.lowerBound].trimmingCharacters(in: .whitespaces)) != nil
            } ?? false
        }
    }

    private static func milliseconds(_ time: String) -> Int? {
        let digits = time.prefix { $0.isASCII && $0.isNumber }
        let factors = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
        // Nine digits of hours still fit.
        guard digits.count <= 9, let count = Int(digits), let factor = factors[String(time[digits.endIndex...])] else {
            return nil
        }
        return count * factor
    }

    private static func scaled(_ milliseconds: Int, by scale: Double) -> String {
        "\(max(1, Int((Double(milliseconds) * scale).rounded())))ms"
    }

    private func example(of name: String) -> String {
        name == "listen"
            ? examples.listen : examples.node.replacing("{{node1}}", with: "{{\(name)}}")
    }
}

/// A template that cannot be rendered.
package struct TemplateError: Error, Hashable, CustomStringConvertible {
    /// Path of the template.
    package var file: String
    /// What is wrong with it.
    package var problem: Problem

    /// What can be wrong with a template.
    package enum Problem: Sendable, Hashable {
        /// Placeholders that must occur, each with a line that shows how to write it.
        case missing([String], how: [String])
        /// A placeholder that has no meaning.
        case unknown(String, line: Int, known: [String])
        /// `{{` without `}}` on the same line.
        case unclosed(line: Int)
    }

    /// What is wrong, and what to do about it.
    package var description: String {
        switch problem {
        case .missing(let names, let how):
            """
            \(file): \(names.map { "{{\($0)}}" }.joined(separator: ", ")) missing; Stickler puts its own addresses \
            there, so write: \(how.joined(separator: "  "))
            """
        case .unknown(let name, let line, let known):
            "\(file):\(line): unknown placeholder {{\(name)}}; known: "
                + known.map { "{{\($0)}}" }.joined(separator: ", ")
        case .unclosed(let line):
            "\(file):\(line): {{ is not closed; write }} on the same line"
        }
    }
}
