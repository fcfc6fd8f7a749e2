import Foundation

/// The balancers of a folder: each has a folder of its own with `balancer.yml` and the templates.
package struct BalancerCatalog: Sendable, Hashable {
    /// The folder.
    package var directory: String
    /// A folder of the user's, whose balancers go before those of the same names; nil for none.
    package var own: String?
    /// The names its manifests may use.
    package var vocabulary: ManifestVocabulary

    /// A catalogue; nothing is read yet.
    package init(directory: String, vocabulary: ManifestVocabulary = ManifestVocabulary()) {
        self.directory = directory
        self.vocabulary = vocabulary
    }

    /// Finds the folder: `STICKLER_BALANCERS`, else `harness/balancers` in the working directory or above it,
    /// else in the directory of the executable or above it, else where `harness/install` puts it beside the executable.
    package static func locate(
        vocabulary: ManifestVocabulary = ManifestVocabulary(),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String = FileManager.default.currentDirectoryPath,
        executable: String? = Bundle.main.executablePath
    ) throws(CatalogError) -> BalancerCatalog {
        if let named = environment["STICKLER_BALANCERS"], !named.isEmpty {
            guard isDirectory(named) else { throw .noCatalog(searched: ["STICKLER_BALANCERS=\(named)"]) }
            return BalancerCatalog(directory: named, vocabulary: vocabulary)
        }
        var starts = [URL(fileURLWithPath: workingDirectory)]
        if let executable {
            starts.append(URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent())
        }
        for start in starts {
            var here = start.standardizedFileURL
            while true {
                let candidate = here.appendingPathComponent("harness/balancers").path
                if isDirectory(candidate) { return BalancerCatalog(directory: candidate, vocabulary: vocabulary) }
                let above = here.deletingLastPathComponent().standardizedFileURL
                if above.path == here.path || here.path == "/" { break }
                here = above
            }
        }
        if let folder = starts.dropFirst().first {
            let installed = folder.deletingLastPathComponent().appendingPathComponent("share/stickler/balancers")
            if isDirectory(installed.path) { return BalancerCatalog(directory: installed.path, vocabulary: vocabulary) }
        }
        throw .noCatalog(searched: starts.map { "harness/balancers above \($0.path)" })
    }

    /// The names of the balancers, sorted.
    package func names() throws(CatalogError) -> [String] {
        var names: Set<String> = []
        for directory in directories { names.formUnion(try Self.names(in: directory)) }
        return names.sorted()
    }

    private var directories: [String] { (own.map { [$0] } ?? []) + [directory] }

    private static func names(in directory: String) throws(CatalogError) -> [String] {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw .unreadable(file: directory, reason: FileWords.reason(error))
        }
        return entries.filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)/balancer.yml") }
    }

    /// Reads the manifest of a balancer; an unknown name is an error that lists the known.
    package func manifest(_ name: String) throws(CatalogError) -> BalancerManifest {
        var reader = try reader(of: name)
        let file = manifestPath(of: name)
        var directories = [folder(of: name)]
        let manifest: BalancerManifest
        do throws(ManifestError) {
            if let other = try reader.optionalText("like") {
                let base: ManifestReader
                do throws(CatalogError) { base = try self.reader(of: other) } catch {
                    throw reader.error("like", "\"\(other)\" can't be read", remedy: "\(error)")
                }
                guard !base.keys.contains("like"), other != name else {
                    throw reader.error(
                        "like", "\"\(other)\" is like another one itself", remedy: "name one that stands for itself")
                }
                reader = try reader.filled(from: base, joining: Self.joined)
                directories.append(folder(of: other))
            }
            manifest = try BalancerManifest(reader, directories: directories, vocabulary: vocabulary)
        } catch {
            throw .manifest(error)
        }
        guard manifest.name == name else {
            throw .manifest(
                ManifestError(
                    file: file, key: "name", problem: "is \"\(manifest.name)\" in the folder \"\(name)\"",
                    remedy: "give both the same name"))
        }
        return manifest
    }

    /// What a manifest that is like another one has of its own and of that one's, entry by entry.
    private static let joined: [String: String?] = [
        "claims": "unclaimed", "unclaimed": "claims", "remedies": nil, "budgets": nil, "environment": nil,
    ]

    private func reader(of name: String) throws(CatalogError) -> ManifestReader {
        let known = try names()
        guard known.contains(name) else { throw .unknownBalancer(name, known: known) }
        let file = manifestPath(of: name)
        let yaml = try CatalogFile.text(file, limit: 1 << 20)
        do {
            return try ManifestReader(file: file, yaml: yaml, example: "start from another balancer's file")
        } catch {
            throw .manifest(error)
        }
    }

    private func manifestPath(of name: String) -> String { "\(folder(of: name))/balancer.yml" }

    private func folder(of name: String) -> String {
        let folders = directories.map { "\($0)/\(name)" }
        return folders.first { FileManager.default.fileExists(atPath: "\($0)/balancer.yml") } ?? folders[0]
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
