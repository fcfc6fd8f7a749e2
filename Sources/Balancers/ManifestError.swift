/// A manifest that cannot be used: where, what is wrong, what to write.
package struct ManifestError: Error, Hashable, CustomStringConvertible {
    /// Path of the manifest.
    package var file: String
    /// Line of the file, from 1; nil when the whole file is meant.
    package var line: Int?
    /// The key, dotted from the top, for example `variants[2].scope`; empty for the whole file.
    package var key: String
    /// What is wrong.
    package var problem: String
    /// What to do about it.
    package var remedy: String

    /// What is wrong, and what to do about it.
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(key.isEmpty ? "" : "\(key): ")\(problem); \(remedy)"
    }
}
