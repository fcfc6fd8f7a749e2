import Yams

/// Reads one mapping of a file in YAML strictly: a key that nobody asked for is an error.
package struct ManifestReader {
    let file: String
    let path: String
    let line: Int?
    private let mapping: Node.Mapping
    private var asked: [String] = []

    /// The mapping that a whole file is; `file` is for messages, nothing is read from disk.
    ///
    /// - Parameter example: what to start from where there is nothing in it.
    package init(file: String, yaml: String, example: String) throws(ManifestError) {
        let root: Node?
        do {
            root = try compose(yaml: yaml)
        } catch {
            throw ManifestError(file: file, key: "", problem: "is not YAML: \(error)", remedy: "correct the syntax")
        }
        guard let root else { throw ManifestError(file: file, key: "", problem: "is empty", remedy: example) }
        try self.init(file: file, node: root)
    }

    /// The same with what another mapping has beside: a key that both have is this one's, but of these keys, which are
    /// mappings, each entry for itself, and not one that this one has under the key it is joined against.
    package func filled(
        from other: ManifestReader, joining joined: [String: String?]
    ) throws(ManifestError) -> ManifestReader {
        var whole = mapping
        func entries(_ name: String) -> Node.Mapping? {
            if case .mapping(let entries) = mapping.first(where: { $0.key.string == name })?.value {
                entries
            } else {
                nil
            }
        }
        for (key, value) in other.mapping {
            guard let name = key.string else { continue }
            let own = whole.first { $0.key.string == name }
            guard let against = joined[name], case .mapping(let others) = value else {
                if own == nil { whole[key] = value }
                continue
            }
            var joining = entries(name) ?? Node.Mapping([])
            let rival = against.flatMap(entries)
            for (key, value) in others
            where ![joining, rival].contains(where: { $0?.contains { $0.key.string == key.string } ?? false }) {
                joining[key] = value
            }
            whole[own?.key ?? key] = .mapping(joining)
        }
        return try ManifestReader(file: file, node: .mapping(whole))
    }

    init(file: String, path: String = "", node: Node) throws(ManifestError) {
        self.file = file
        self.path = path
        line = node.mark?.line
        guard case .mapping(let mapping) = node else {
            throw ManifestError(
                file: file, line: node.mark?.line, key: path, problem: "is not a mapping",
                remedy: "write \"key: value\" lines")
        }
        self.mapping = mapping
    }

    /// What is wrong with the value of a key.
    package func error(_ key: String, _ problem: String, remedy: String) -> ManifestError {
        let node = mapping.first { $0.key.string == key }?.value
        return ManifestError(
            file: file, line: node?.mark?.line ?? line, key: dotted(key), problem: problem, remedy: remedy)
    }

    /// Ends the reading of this mapping.
    package func finish() throws(ManifestError) {
        for (key, _) in mapping {
            let name = key.string ?? "?"
            if !asked.contains(name) {
                throw ManifestError(
                    file: file, line: key.mark?.line, key: dotted(name), problem: "unknown key",
                    remedy: "known here: \(asked.sorted().joined(separator: ", "))")
            }
        }
    }

    mutating func optionalNode(_ key: String) -> Node? {
        asked.append(key)
        return mapping.first { $0.key.string == key }?.value
    }

    mutating func node(_ key: String, _ remedy: String) throws(ManifestError) -> Node {
        guard let node = optionalNode(key) else { throw error(key, "is missing", remedy: remedy) }
        return node
    }

    /// The text of a key; nil where it is not there.
    package mutating func optionalText(_ key: String) throws(ManifestError) -> String? {
        guard let node = optionalNode(key) else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw error(key, "is not a text", remedy: "write \"\(key): some text\"")
        }
        return text
    }

    mutating func text(_ key: String) throws(ManifestError) -> String {
        guard let text = try optionalText(key) else {
            throw error(key, "is missing", remedy: "write \"\(key): some text\"")
        }
        return text
    }

    /// The list of texts of a key; empty where it is not there and need not be.
    package mutating func texts(_ key: String, required: Bool = true) throws(ManifestError) -> [String] {
        guard let node = optionalNode(key) else {
            if !required { return [] }
            throw error(key, "is missing", remedy: "write a list, for example \(key): [-f, \"{{config}}\"]")
        }
        var texts: [String] = []
        guard case .sequence(let items) = node else {
            throw error(key, "is not a list", remedy: "write a list, for example \(key): [-f, \"{{config}}\"]")
        }
        for item in items {
            guard let text = item.scalar?.string else {
                throw error(key, "holds something that is not a text", remedy: "write texts only, quoted if need be")
            }
            texts.append(text)
        }
        return texts
    }

    /// One text, or a list of them.
    mutating func textOrTexts(_ key: String) throws(ManifestError) -> [String] {
        if case .sequence = mapping.first(where: { $0.key.string == key })?.value {
            let texts = try texts(key)
            guard !texts.isEmpty, !texts.contains("") else {
                throw error(key, "is an empty list", remedy: "write at least one")
            }
            return texts
        }
        return [try text(key)]
    }

    mutating func flag(_ key: String) throws(ManifestError) -> Bool {
        switch try text(key) {
        case "true": return true
        case "false": return false
        case let other: throw error(key, "is \"\(other)\"", remedy: "write true or false")
        }
    }

    mutating func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(ManifestError) -> Choice? where Choice.RawValue == String {
        guard let text = try optionalText(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
            throw error(key, "is \"\(text)\"", remedy: "write \(known)")
        }
        return choice
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(ManifestError) -> Choice where Choice.RawValue == String {
        guard let choice = try optionalChoice(key, of: type) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
            throw error(key, "is missing", remedy: "write \(known)")
        }
        return choice
    }

    /// `1500ms` or `2s`, at most an hour.
    mutating func optionalDuration(_ key: String) throws(ManifestError) -> Duration? {
        guard let text = try optionalText(key) else { return nil }
        let remedy = "write a whole number of milliseconds or seconds up to an hour, for example 1500ms or 2s"
        let (digits, unit) =
            if text.hasSuffix("ms") { (text.dropLast(2), 1) } else { (text.dropLast(), text.hasSuffix("s") ? 1000 : 0) }
        guard unit > 0, let number = Int(digits), (1...3_600_000 / unit).contains(number) else {
            throw error(key, "is \"\(text)\"", remedy: remedy)
        }
        return .milliseconds(number * unit)
    }

    /// The mapping of a key; nil where it is not there.
    package mutating func optionalMapping(_ key: String) throws(ManifestError) -> ManifestReader? {
        guard let node = optionalNode(key) else { return nil }
        return try ManifestReader(file: file, path: dotted(key), node: node)
    }

    mutating func mapping(_ key: String, _ remedy: String) throws(ManifestError) -> ManifestReader {
        let node = try node(key, remedy)
        return try ManifestReader(file: file, path: dotted(key), node: node)
    }

    mutating func mappings(_ key: String, _ remedy: String) throws(ManifestError) -> [ManifestReader] {
        guard case .sequence(let items) = try node(key, remedy) else {
            throw error(key, "is not a list", remedy: remedy)
        }
        var readers: [ManifestReader] = []
        for (index, item) in items.enumerated() {
            readers.append(try ManifestReader(file: file, path: "\(dotted(key))[\(index)]", node: item))
        }
        return readers
    }

    /// The list of mappings of a key; nil where it is not there.
    package mutating func optionalMappings(_ key: String) throws(ManifestError) -> [ManifestReader]? {
        guard mapping.contains(where: { $0.key.string == key }) else {
            asked.append(key)
            return nil
        }
        return try mappings(key, "write a list of mappings")
    }

    /// The keys of this mapping, which are data here.
    var keys: [String] { mapping.map { $0.key.string ?? "?" } }

    private func dotted(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
