import Clocks
import Claims
import History
import Yams

extension BalancerManifest {
    /// Reads a manifest; anything unknown, missing or contradictory is an error that names the key.
    ///
    /// `file` and `directory` are for messages and for finding the templates; nothing is read from disk.
    package init(yaml: String, file: String, directory: String, vocabulary: ManifestVocabulary) throws(ManifestError) {
        try self.init(
            ManifestReader(file: file, yaml: yaml, example: "start from another balancer's file"),
            directories: [directory], vocabulary: vocabulary)
    }

    /// The same of a file that is read, with its own folder and that of the balancer it is like, if it is.
    init(_ reader: ManifestReader, directories: [String], vocabulary: ManifestVocabulary) throws(ManifestError) {
        var reader = reader
        self.directories = directories
        like = try reader.optionalText("like")
        name = try reader.text("name")
        title = try reader.text("title")
        binaries = try reader.textOrTexts("binary")
        packages = try BalancerPackage.packages(&reader)
        libraries = try reader.texts("libraries", required: false)
        minimumVersion = try Self.minimumVersion(&reader)
        version = try VersionQuery(&reader)
        start = try reader.texts("start")
        check = try reader.texts("check", required: false)
        prepare = try reader.texts("prepare", required: false)
        environment =
            try reader.optionalMapping("environment").map { (entry) throws(ManifestError) in
                var entry = entry
                var variables: [String: String] = [:]
                for name in entry.keys { variables[name] = try entry.text(name) }
                return variables
            } ?? [:]
        log = try Self.log(&reader)
        startPatience = try reader.optionalDuration("startPatience") ?? .seconds(10)
        background = try reader.texts("background", required: false)
        idleTimes = try reader.texts("idleTimes", required: false)
        placeholders = try PlaceholderExamples(&reader)
        defaultVariant = try reader.text("default")
        faults = try FaultClaims(&reader)
        directives = try Self.directives(&reader, vocabulary)
        remedies = try Self.remedies(&reader, vocabulary)
        sayings = try Self.sayings(&reader)
        unclaimed = try ClaimSheet.omissions(&reader, vocabulary)
        let (claimed, left) = (directives, unclaimed)
        unnamed = vocabulary.features.filter { claimed[$0] == nil && left[$0] == nil }
        variants = []
        let example = "write a list of variants with name, file, summary and correct"
        let entries = try reader.mappings("variants", example)
        try reader.finish()
        try checkStart(reader)
        try checkFeatures(reader, vocabulary)
        try readVariants(entries, reader, vocabulary)
    }

    private static func directives(
        _ reader: inout ManifestReader, _ vocabulary: ManifestVocabulary
    ) throws(ManifestError) -> [Feature: String] {
        var claims = try reader.mapping("claims", "write \"feature: directive\" lines")
        var directives: [Feature: String] = [:]
        for name in claims.keys {
            guard let feature = vocabulary.feature(name) else {
                throw claims.error(name, "unknown feature", remedy: vocabulary.listing)
            }
            directives[feature] = try claims.text(name)
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
        let commands = [
            ("start", start), ("check", check), ("prepare", prepare), ("version.arguments", version.arguments),
            ("environment", environment.values.sorted()),
        ]
        for (key, arguments) in commands {
            for argument in arguments { try checkPlaceholders(of: argument, key, reader) }
        }
        for (key, arguments) in commands.prefix(2) where !arguments.isEmpty {
            guard arguments.contains(where: { $0.contains("{{config}}") }) else {
                throw reader.error(
                    key, "does not name the configuration", remedy: "put \"{{config}}\" where its path belongs")
            }
        }
    }

    private func checkPlaceholders(
        of argument: String, _ key: String, _ reader: ManifestReader
    ) throws(ManifestError) {
        do throws(TemplateError.Problem) {
            _ = try TemplateParts(argument).filled(.example(nodes: 3))
        } catch {
            throw reader.error(key, error.inWords, remedy: "it stands in \(argument.debugDescription)")
        }
    }

    private static func minimumVersion(_ reader: inout ManifestReader) throws(ManifestError) -> ProgramVersion? {
        guard let text = try reader.optionalText("minimumVersion") else { return nil }
        guard let version = ProgramVersion(text) else {
            throw reader.error(
                "minimumVersion", "is \"\(text)\"", remedy: "write numbers with points, for example \"1.29\"")
        }
        return version
    }

    private func checkFeatures(
        _ reader: ManifestReader, _ vocabulary: ManifestVocabulary
    ) throws(ManifestError) {
        for feature in vocabulary.features {
            let name = feature.rawValue
            switch (directives[feature] != nil, unclaimed[feature] != nil) {
            case (true, true):
                throw reader.error("unclaimed", "\(name) is claimed too", remedy: "keep it in one of the two lists")
            case (false, false):
                guard feature.isCore else { break }
                throw reader.error(
                    "claims", "says nothing about \(name)",
                    remedy: "a core feature must be claimed: write \"\(name): directive\"")
            case (true, false), (false, true): break
            }
        }
    }

    private mutating func readVariants(
        _ entries: [ManifestReader], _ reader: ManifestReader, _ vocabulary: ManifestVocabulary
    ) throws(ManifestError) {
        for var entry in entries {
            let variant = try BalancerVariant(&entry, vocabulary)
            if variants.contains(where: { $0.name == variant.name }) {
                throw entry.error("name", "\"\(variant.name)\" occurs twice", remedy: "give each variant its own name")
            }
            for feature in Feature.allCases where variant.unclaimed[feature] != nil && directives[feature] == nil {
                throw entry.error(
                    "unclaimed", "\(feature.rawValue) is not claimed by the balancer",
                    remedy: "remove it from the variant")
            }
            if let scope = variant.scope,
                let feature = Feature.allCases.first(where: {
                    directives[$0] != nil && variant.unclaimed[$0] == nil && !$0.isGiven(by: scope)
                })
            {
                throw entry.error(
                    "scope", "affinity of scope \(scope.rawValue) cannot give \(feature.rawValue)",
                    remedy: "list \(feature.rawValue) under the variant's unclaimed with a reason and a source")
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
    fileprivate init(_ entry: inout ManifestReader, _ vocabulary: ManifestVocabulary) throws(ManifestError) {
        name = try entry.text("name")
        file = try entry.text("file")
        files =
            try entry.optionalMapping("files").map { (reader) throws(ManifestError) in
                var reader = reader
                var files: [String: String] = [:]
                for name in reader.keys {
                    files[name] = try reader.text(name)
                    if name.contains("/") || files[name]?.contains("/") == true {
                        throw reader.error(
                            name, "is a path",
                            remedy: "write plain file names: its name in {{dir}}, and the template beside the manifest")
                    }
                }
                return files
            } ?? [:]
        summary = try entry.text("summary")
        isCorrect = try entry.flag("correct")
        scope =
            isCorrect
            ? try entry.choice("scope", of: AffinityScope.self)
            : try entry.optionalChoice("scope", of: AffinityScope.self)
        unclaimed = try ClaimSheet.omissions(&entry, vocabulary)
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
        after = try entry.textOrTexts("after")
        try entry.finish()
    }
}

extension BalancerManifest.PlaceholderExamples {
    fileprivate init(_ reader: inout ManifestReader) throws(ManifestError) {
        var entry = try reader.mapping("placeholders", "show how this balancer writes {{listen}} and {{node1}}")
        listen = try entry.text("listen")
        node = try entry.text("node")
        try entry.finish()
        if !listen.contains("{{listen}}"), !listen.contains("{{listen.") {
            throw entry.error("listen", "does not contain {{listen}}", remedy: "show a line with {{listen}}")
        }
        if !node.contains("{{node1}}"), !node.contains("{{node1.") {
            throw entry.error("node", "does not contain {{node1}}", remedy: "show a line with {{node1}}")
        }
    }
}

extension FaultClaims {
    fileprivate init(_ reader: inout ManifestReader) throws(ManifestError) {
        self.init(failover: try reader.choice("failover", of: FailoverFamily.self))
        guard var entry = try reader.optionalMapping("budgets") else { return }
        killedMilliseconds = try entry.optionalDuration("killed")?.wholeMilliseconds
        hungMilliseconds = try entry.optionalDuration("hung")?.wholeMilliseconds
        returnedMilliseconds = try entry.optionalDuration("returned")?.wholeMilliseconds
        try entry.finish()
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}

extension ClaimSheet {
    /// The features under `unclaimed`, each with its ground.
    fileprivate static func omissions(
        _ reader: inout ManifestReader, _ vocabulary: ManifestVocabulary
    ) throws(ManifestError) -> [Feature: Omission] {
        guard var entries = try reader.optionalMapping("unclaimed") else { return [:] }
        var omissions: [Feature: Omission] = [:]
        for name in entries.keys.sorted() {
            guard let feature = vocabulary.feature(name) else {
                throw entries.error(name, "unknown feature", remedy: vocabulary.listing)
            }
            guard !feature.isCore else {
                throw entries.error(
                    name, "a core feature can't be left out", remedy: "claim it with the directive that gives it")
            }
            var entry = try entries.mapping(name, "give a reason and a source")
            let omission = Omission(reason: try entry.text("reason"), source: try entry.text("source"))
            try entry.finish()
            guard omission.source.hasPrefix("https://") else {
                throw entry.error("source", "is not an https URL", remedy: "name the document that says so")
            }
            omissions[feature] = omission
        }
        return omissions
    }
}
