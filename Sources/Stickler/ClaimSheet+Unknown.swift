import Claims

extension ClaimSheet {
    /// What is expected of a balancer behind a URL, of which there is no manifest.
    static let unknownBalancer = ClaimSheet(
        directives: Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, $0.advice) }))
}
