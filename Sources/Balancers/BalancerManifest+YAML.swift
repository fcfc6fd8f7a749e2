import History
import Yams

extension BalancerManifest {
    /// Reads a manifest; anything unknown, missing or contradictory is an error that names the key.
    ///
    /// `file` and `directory` are for messages and for finding the templates; nothing is read from disk.
    public init(yaml: String, file: String, directory: String, features: KnownFeatures) throws(ManifestError) {
        let root: Node?
        do {
            root = try compose(yaml: yaml)
        } catch {
            throw ManifestError(file: file, key: "", problem: "is not YAML: \(error)", remedy: "correct the syntax")
        }
        guard let root else {
            throw ManifestError(file: file, key: "", problem: "is empty", remedy: "start from another balancer's file")
        }
        var reader = try ManifestReader(file: file, node: root)
        self.directory = directory
        name = try reader.text("name")
        title = try reader.text("title")
        binary = try reader.text("binary")
        package = try reader.text("package")
        version = try VersionQuery(&reader)
        start = try reader.texts("start")
        check = try reader.texts("check", required: false)
        log = try Self.log(&reader)
        startPatience = try reader.optionalDuration("startPatience") ?? .seconds(10)
        background = try reader.texts("background", required: false)
        idleTimes = try reader.texts("idleTimes", required: false)
        placeholders = try PlaceholderExamples(&reader)
        defaultVariant = try reader.text("default")
        failover = try reader.choice("failover", of: FailoverFamily.self)
        budgets = try DetectionBudgets(&reader)
        directives = try Self.directives(&reader, features)
        remedies = try Self.remedies(&reader, features)
        sayings = try Saying.list(&reader, features)
        unclaimed = try UnclaimedFeature.list(&reader, features)
        variants = []
        let example = "write a list of variants with name, file, summary and correct"
        let entries = try reader.mappings("variants", example)
        try reader.finish()
        try checkStart(reader)
        try checkFeatures(reader, features)
        try readVariants(entries, reader, features)
    }

    private static func directives(
        _ reader: inout ManifestReader, _ features: KnownFeatures
    ) throws(ManifestError) -> [String: String] {
        var claims = try reader.mapping("claims", "write \"feature: directive\" lines")
        var directives: [String: String] = [:]
        for feature in claims.keys {
            guard features.all.contains(feature) else {
                throw claims.error(feature, "unknown feature", remedy: features.listing)
            }
            directives[feature] = try claims.text(feature)
        }
        return directives
    }

    private static func log(_ reader: inout ManifestReader) throws(ManifestError) -> String? {
        guard let log = try reader.optionalText("log") else { return nil }
        let parts = log.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first == "{{dir}}", parts.count > 1, !parts.contains(".."), parts.last?.isEmpty == false else {
            throw reader.error("log", "is not a file below {{dir}}", remedy: "write for example \"{{dir}}/error.log\"")
        }
        return log
    }

    private func checkStart(_ reader: ManifestReader) throws(ManifestError) {
        for (key, arguments) in [("start", start), ("check", check)] where !arguments.isEmpty {
            guard arguments.contains(where: { $0.contains("{{config}}") }) else {
                throw reader.error(
                    key, "does not name the configuration", remedy: "put \"{{config}}\" where its path belongs")
            }
        }
    }

    private func checkFeatures(_ reader: ManifestReader, _ features: KnownFeatures) throws(ManifestError) {
        for feature in unclaimed.map(\.feature) where directives[feature] != nil {
            throw reader.error("unclaimed", "\(feature) is claimed too", remedy: "keep it in one of the two lists")
        }
        let stated = Set(directives.keys).union(unclaimed.map(\.feature))
        for feature in features.all.subtracting(stated).sorted() {
            throw reader.error(
                "claims", "says nothing about \(feature)",
                remedy: features.core.contains(feature)
                    ? "a core feature must be claimed: write \"\(feature): directive\""
                    : "claim it with its directive, or list it under unclaimed with a reason and a source")
        }
    }

    private mutating func readVariants(
        _ entries: [ManifestReader], _ reader: ManifestReader, _ features: KnownFeatures
    ) throws(ManifestError) {
        for var entry in entries {
            let variant = try BalancerVariant(&entry, features)
            if variants.contains(where: { $0.name == variant.name }) {
                throw entry.error("name", "\"\(variant.name)\" occurs twice", remedy: "give each variant its own name")
            }
            let left = Set(variant.unclaimed.map(\.feature))
            for feature in left where directives[feature] == nil {
                throw entry.error(
                    "unclaimed", "\(feature) is not claimed by the balancer", remedy: "remove it from the variant")
            }
            let beyond = features.needingClientScope.filter { directives[$0] != nil && !left.contains($0) }.sorted()
            if let scope = variant.scope, scope == .session, let feature = beyond.first {
                throw entry.error(
                    "scope", "affinity of scope \(scope.rawValue) cannot give \(feature)",
                    remedy: "list \(feature) under the variant's unclaimed with a reason and a source")
            }
            variants.append(variant)
        }
        guard variants.contains(where: { $0.name == defaultVariant && $0.isCorrect }) else {
            throw reader.error(
                "default", "\"\(defaultVariant)\" is not a correct variant",
                remedy: "name one of: \(variants.filter(\.isCorrect).map(\.name).joined(separator: ", "))")
        }
    }
}

extension BalancerVariant {
    fileprivate init(_ entry: inout ManifestReader, _ features: KnownFeatures) throws(ManifestError) {
        name = try entry.text("name")
        file = try entry.text("file")
        summary = try entry.text("summary")
        isCorrect = try entry.flag("correct")
        scope =
            isCorrect
            ? try entry.choice("scope", of: AffinityScope.self)
            : try entry.optionalChoice("scope", of: AffinityScope.self)
        unclaimed = try UnclaimedFeature.list(&entry, features)
        try entry.finish()
        if name.contains("/") {
            throw entry.error(
                "name", "\"\(name)\" contains a slash, which marks a file", remedy: "use letters, digits and hyphens")
        }
        if file.contains("/") {
            throw entry.error("file", "\"\(file)\" is not in the manifest's folder", remedy: "write a plain file name")
        }
        if !isCorrect, !unclaimed.isEmpty {
            throw entry.error(
                "unclaimed", "a wrong variant keeps the balancer's claims",
                remedy: "remove it, or set \"correct: true\"")
        }
    }
}

extension BalancerManifest.VersionQuery {
    fileprivate init(_ reader: inout ManifestReader) throws(ManifestError) {
        var entry = try reader.mapping("version", "write its arguments and the text after which the version follows")
        arguments = try entry.texts("arguments")
        after = try entry.text("after")
        try entry.finish()
    }
}

extension BalancerManifest.PlaceholderExamples {
    fileprivate init(_ reader: inout ManifestReader) throws(ManifestError) {
        var entry = try reader.mapping("placeholders", "show how this balancer writes {{listen}} and {{node1}}")
        listen = try entry.text("listen")
        node = try entry.text("node")
        try entry.finish()
        if !listen.contains("{{listen}}") {
            throw entry.error("listen", "does not contain {{listen}}", remedy: "show a line with {{listen}}")
        }
        if !node.contains("{{node1}}") {
            throw entry.error("node", "does not contain {{node1}}", remedy: "show a line with {{node1}}")
        }
    }
}

extension DetectionBudgets {
    fileprivate init(_ reader: inout ManifestReader) throws(ManifestError) {
        self.init()
        guard var entry = try reader.optionalMapping("budgets") else { return }
        killed = try entry.optionalDuration("killed")
        hung = try entry.optionalDuration("hung")
        returned = try entry.optionalDuration("returned")
        try entry.finish()
    }
}

extension UnclaimedFeature {
    fileprivate static func list(
        _ reader: inout ManifestReader, _ features: KnownFeatures
    ) throws(ManifestError) -> [UnclaimedFeature] {
        guard var entries = try reader.optionalMapping("unclaimed") else { return [] }
        var list: [UnclaimedFeature] = []
        for feature in entries.keys.sorted() {
            guard features.all.contains(feature) else {
                throw entries.error(feature, "unknown feature", remedy: features.listing)
            }
            guard !features.core.contains(feature) else {
                throw entries.error(
                    feature, "a core feature can't be left out", remedy: "claim it with the directive that gives it")
            }
            var entry = try entries.mapping(feature, "give a reason and a source")
            let reason = try entry.text("reason")
            let source = try entry.text("source")
            try entry.finish()
            guard source.hasPrefix("https://") else {
                throw entry.error("source", "is not an https URL", remedy: "name the document that says so")
            }
            list.append(UnclaimedFeature(feature: feature, reason: reason, source: source))
        }
        return list
    }
}

extension KnownFeatures {
    fileprivate var listing: String {
        "core: \(core.sorted().joined(separator: ", ")); extended: \(extended.sorted().joined(separator: ", "))"
    }
}
