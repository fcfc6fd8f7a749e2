import Foundation

/// The checkout that the tests were built from.
public enum Checkout {
    /// Its root.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file or folder of `fixtures/`.
    public static func fixture(_ path: String) -> URL { root.appendingPathComponent("fixtures/\(path)") }

    /// A file or folder of `harness/`.
    public static func harness(_ path: String) -> URL { root.appendingPathComponent("harness/\(path)") }
}
