/// A manifest that cannot be used: where, what is wrong, what to write.
public struct ManifestError: Error, Hashable, CustomStringConvertible {
    /// Path of the manifest.
    public var file: String
    /// Line of the file, from 1; nil when the whole file is meant.
    public var line: Int?
    /// The key, dotted from the top, for example `variants[2].scope`; empty for the whole file.
    public var key: String
    /// What is wrong.
    public var problem: String
    /// What to do about it.
    public var remedy: String

    /// What is wrong, and what to do about it.
    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(key.isEmpty ? "" : "\(key): ")\(problem); \(remedy)"
    }
}
