import Foundation

@testable import Balancers

extension KnownFeatures {
    /// The features the shipped manifests are written against.
    static let shipped = KnownFeatures(
        core: ["websocket-upgrade", "polling-stickiness", "kill-failover", "fallback"],
        extended: [
            "client-affinity", "active-health-check", "recovery", "distribution", "no-replay", "bystander-isolation",
            "unknown-cookie", "response-streaming", "abort-propagation", "idle-tolerance", "answer-transparency",
            "client-address", "path-prefix", "host-names",
        ],
        needingClientScope: ["client-affinity"])

    /// A small set for tables.
    static let small = KnownFeatures(
        core: ["upgrade"], extended: ["affinity", "health"], needingClientScope: ["affinity"])
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
