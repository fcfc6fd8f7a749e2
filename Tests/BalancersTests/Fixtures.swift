import FoundationEssentials
import Claims
import TestSupport

@testable import Balancers

extension ManifestVocabulary {
    /// A small one for tables.
    static let small = ManifestVocabulary(
        features: [.websocketUpgrade, .clientAffinity, .activeHealthCheck], findingCodes: ["message-lost"])
}

/// Where this checkout keeps its balancers.
let shippedDirectory = Checkout.harness("balancers").path

extension RunningBalancer {
    /// With one file of configuration, as it stands.
    static func start(
        _ manifest: BalancerManifest, configuration: String, listen: ListenAddress, workDirectory: String
    ) async throws(BalancerError) -> RunningBalancer {
        try await start(
            manifest, configuration: BalancerConfiguration(text: configuration),
            values: TemplateValues(listen: listen, nodes: [], directory: workDirectory))
    }

    /// With one file of configuration, as it stands.
    @discardableResult
    static func with<Result: Sendable>(
        _ manifest: BalancerManifest, configuration: String, listen: ListenAddress, workDirectory: String,
        _ body: @Sendable (RunningBalancer) async throws -> Result
    ) async throws -> Result {
        try await with(
            manifest, configuration: BalancerConfiguration(text: configuration),
            values: TemplateValues(listen: listen, nodes: [], directory: workDirectory), body)
    }
}
