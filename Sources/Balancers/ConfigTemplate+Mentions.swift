extension ConfigTemplate {
    /// Which statements of a remedy stand in the configuration already, as they are written there.
    ///
    /// White space, comments and quotes don't matter. A variable that the remedy makes with a `map` stands for any that
    /// the configuration makes so, since its name is free. Blocks are not compared, but what they hold is.
    package func mentions(_ remedy: String) -> [String] {
        let asked = examples.syntax.statements(of: remedy)
        let given = examples.syntax.statements(of: text)
        let (free, made) = (Self.variables(of: asked), Self.variables(of: given))
        func isSame(_ word: String, _ other: String) -> Bool {
            word == other || free.contains(word) && made.contains(other)
        }
        var found: [String] = []
        for statement in asked where !statement.opensBlock && statement.block != "map" {
            let match = given.first {
                $0.words.count == statement.words.count && zip(statement.words, $0.words).allSatisfy(isSame)
            }
            if let match, !found.contains(match.text) { found.append(match.text) }
        }
        return found
    }

    private static func variables(of statements: [ConfigStatement]) -> Set<String> {
        Set(statements.filter { $0.opensBlock && $0.words.first == "map" }.compactMap(\.words.last))
    }
}
