package import Foundation

/// The checkout that the tests were built from.
package enum Checkout {
    /// Its root.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file or folder of `fixtures/`.
    package static func fixture(_ path: String) -> URL { root.appendingPathComponent("fixtures/\(path)") }

    /// A file or folder of `harness/`.
    package static func harness(_ path: String) -> URL { root.appendingPathComponent("harness/\(path)") }
}
