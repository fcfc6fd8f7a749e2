import Foundation

/// The balancers of a folder: each has a folder of its own with `balancer.yml` and the templates.
package struct BalancerCatalog: Sendable, Hashable {
    /// The folder.
    package var directory: String
    /// The names its manifests may use.
    package var vocabulary: ManifestVocabulary

    /// A catalogue; nothing is read yet.
    package init(directory: String, vocabulary: ManifestVocabulary = ManifestVocabulary()) {
        self.directory = directory
        self.vocabulary = vocabulary
    }

    /// Finds the folder: `STICKLER_BALANCERS`, else `harness/balancers` in the working directory or above it,
    /// else in the directory of the executable or above it.
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
        throw .noCatalog(searched: starts.map { "harness/balancers above \($0.path)" })
    }

    /// The names of the balancers, sorted.
    package func names() throws(CatalogError) -> [String] {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw .unreadable(file: directory, reason: FileWords.reason(error))
        }
        return entries.filter { FileManager.default.fileExists(atPath: manifestPath(of: $0)) }.sorted()
    }

    /// Reads the manifest of a balancer; an unknown name is an error that lists the known.
    package func manifest(_ name: String) throws(CatalogError) -> BalancerManifest {
        let known = try names()
        guard known.contains(name) else { throw .unknownBalancer(name, known: known) }
        let file = manifestPath(of: name)
        let yaml = try CatalogFile.text(file, limit: 1 << 20)
        let manifest: BalancerManifest
        do {
            manifest = try BalancerManifest(
                yaml: yaml, file: file, directory: "\(directory)/\(name)", vocabulary: vocabulary)
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

    private func manifestPath(of name: String) -> String { "\(directory)/\(name)/balancer.yml" }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
