import Foundation

@testable import Balancers

extension KnownFeatures {
    /// The features the shipped manifests are written against.
    static let shipped = KnownFeatures(
        core: ["websocket-upgrade", "polling-stickiness", "kill-failover", "fallback"],
        extended: [
            "client-affinity", "active-health-check", "recovery", "distribution", "no-replay", "bystander-isolation",
            "unknown-cookie", "response-streaming", "abort-propagation", "idle-tolerance", "answer-transparency",
            "client-address", "path-prefix", "host-names", "request-bodies", "request-fields", "answer-fields",
            "shared-addresses",
        ],
        needingClientScope: ["client-affinity"])

    /// What a diagnosis can name as a cause.
    static let causes: Set<String> = [
        "process", "reachability", "identity", "health-view", "limit-descriptors", "limit-connections", "limit-body",
        "limit-request-fields", "limit-answer-fields", "upgrade", "affinity-none", "affinity-path", "affinity-cookie",
        "affinity-address", "affinity-load", "buffering", "idle", "replay", "rewriting", "caching", "client-address",
        "host", "path", "fallback", "failover", "recovery", "distribution", "abort", "bystander",
    ]

    /// A small set for tables.
    static let small = KnownFeatures(
        core: ["upgrade"], extended: ["affinity", "health"], needingClientScope: ["affinity"],
        remedyKeys: ["buffering", "message-lost"], causes: ["buffering", "idle"])
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
