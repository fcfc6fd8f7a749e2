import Foundation

/// A balancer's configuration with placeholders in place of addresses.
///
/// `{{listen}}` and `{{node1}}` … `{{nodeN}}` are `HOST:PORT`, and have parts, `{{node1.host}}` and `{{node1.port}}`.
/// What stands between `{{each node}}` and `{{end}}` is there once for each node, which is `{{node}}` in it, and
/// `{{node.number}}` from 1. `{{listen2}}` to `{{listen9}}` and `{{admin}}` are further places to listen on, `{{dir}}` is a
/// directory that the balancer may write to, `{{user}}` who runs it. A time such as `{{60s}}` (units `ms`, `s`, `m`, `h`)
/// shrinks and grows with the timers of the protocol: a template that writes its idle timeouts so can be judged in less
/// time. It is written in milliseconds, as `{{60s:s}}` in seconds, as `{{60s:seconds}}` in whole ones without a unit.
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
    /// `{{listen}}` and each node must occur, by a placeholder of its own or in a loop; any placeholder without a meaning
    /// is an error.
    package func render(_ values: TemplateValues) throws(TemplateError) -> String {
        do throws(TemplateError.Problem) {
            let parts = try TemplateParts(text)
            let rendered = try parts.filled(values)
            let missing = missing(parts, values)
            guard missing.isEmpty else { throw TemplateError.Problem.missing(missing, how: missing.map(example)) }
            return rendered
        } catch {
            throw TemplateError(file: file, problem: error)
        }
    }

    /// The text with every placeholder replaced, of a file in which no address has to occur.
    func fill(_ values: TemplateValues) throws(TemplateError) -> String {
        do throws(TemplateError.Problem) {
            return try TemplateParts(text).filled(values)
        } catch {
            throw TemplateError(file: file, problem: error)
        }
    }

    /// Which of the further places to listen on it mentions.
    package var furtherListeners: Set<String> {
        get throws(TemplateError) {
            do throws(TemplateError.Problem) {
                return Self.furtherListeners(try TemplateParts(text).names)
            } catch {
                throw TemplateError(file: file, problem: error)
            }
        }
    }

    static func furtherListeners(_ names: Set<String>) -> Set<String> {
        Set(TemplateValues.furtherNames).intersection(names.map { String($0.prefix { $0 != "." }) })
    }

    /// Whether the configuration has times that follow the time scale; one in a comment is none.
    package var scalesTime: Bool {
        examples.syntax.statements(of: text).contains { statement in
            statement.text.split(separator: "{{").dropFirst().contains { piece in
                piece.firstRange(of: "}}").map {
                    ScaledTime(piece[..<$0.lowerBound].trimmingCharacters(in: .whitespaces)) != nil
                } ?? false
            }
        }
    }

    private func missing(_ parts: TemplateParts, _ values: TemplateValues) -> [String] {
        let names = parts.names
        func occurs(_ name: String) -> Bool { names.contains(name) || names.contains("\(name).port") }
        if occurs("node") { return occurs("listen") ? [] : ["listen"] }
        return (["listen"] + values.nodes.indices.map { "node\($0 + 1)" }).filter { !occurs($0) }
    }

    private func example(of name: String) -> String {
        name == "listen"
            ? examples.listen : examples.node.replacing("{{node1", with: "{{\(name)")
    }
}
