extension BalancerManifest {
    /// The statement of a configuration that says whether the balancer runs in the background, with its line.
    func backgroundStatement(in configuration: String) -> String? {
        placeholders.syntax.statements(of: configuration).first { $0.begins(withAnyOf: background) }
            .map { "`\($0.text)` (line \($0.line))" }
    }

    /// Idle times of a template that don't follow the time scale, each with its line, as `line 12: timeout client 60s`.
    ///
    /// A directive that the template doesn't have is not among them: its default applies, shortened or not, and tells the
    /// same as long as it is longer than the longest silence of the protocols, 45 s.
    func literalIdleTimes(of template: ConfigTemplate) -> [String] {
        placeholders.syntax.statements(of: template.text)
            .filter { $0.begins(withAnyOf: idleTimes) && !$0.text.contains("{{") }
            .map { "line \($0.line): \($0.text)" }
    }

    /// Whether the idle times of a template follow the time scale, all of them.
    package func scalesTime(of template: ConfigTemplate) -> Bool {
        template.scalesTime && literalIdleTimes(of: template).isEmpty
    }

    /// What users have to know of the times in a template: nil unless some are placeholders and some are not.
    package func timeNote(of template: ConfigTemplate) -> String? {
        guard template.scalesTime, let first = literalIdleTimes(of: template).first else { return nil }
        return
            "idle times are not shortened, since not all are placeholders (\(template.file), \(first)); what waits for "
            + "them takes a minute. Write it as {{60s}} to have them shortened alike"
    }
}

extension ConfigStatement {
    /// Whether it begins with the words of one of these directives.
    fileprivate func begins(withAnyOf directives: [String]) -> Bool {
        directives.contains { words.starts(with: $0.split(separator: " ").map(String.init)) }
    }
}

extension BalancerManifest.PlaceholderExamples {
    /// How statements end in this balancer's language, as its example of a node shows.
    var syntax: ConfigSyntax { node.hasSuffix(";") ? .semicolons : .lines }
}
