import Claims
import Foundation

@testable import Balancers

extension ManifestVocabulary {
    /// A small one for tables.
    static let small = ManifestVocabulary(
        features: [.websocketUpgrade, .clientAffinity, .activeHealthCheck], findingCodes: ["message-lost"])
}

/// Where this checkout keeps its balancers.
let shippedDirectory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("harness/balancers").path

/// A directory of its own for the time of a test.
@discardableResult
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("balancers-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(directory)
}
