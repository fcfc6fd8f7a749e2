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
