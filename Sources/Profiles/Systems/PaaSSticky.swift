import Claims
import StickyProxy

extension Profile {
    /// A platform of which no more is known than that it has sticky sessions and WebSocket, as Modulus had.
    static let paasSticky = Profile(
        name: "paas-sticky", aliases: ["modulus"],
        summary: "A platform with sticky sessions and WebSocket, as Modulus was; nothing else of it is documented.",
        behavior: .reference,
        claims: .system(
            "such a platform", [:],
            without: Dictionary(
                uniqueKeysWithValues: Feature.allCases.filter { !known.contains($0) }.map { ($0, undocumented) }),
            faults: FaultClaims(failover: .rehome)),
        documents: [
            Profile.Document("Which platforms have sticky sessions and WebSocket (2014)", modulusSource)
        ],
        inferred: [
            "everything but that sessions stick and WebSocket passes: name and form of the cookie, times, checks, "
                + "limits"
        ],
        predictions: [
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have")
        ])

    private static let known: [Feature] = [
        .websocketUpgrade, .pollingStickiness, .killFailover, .fallback, .clientAffinity,
    ]
    private static let modulusSource = "https://github.com/primus/primus/issues/147"
    private static let undocumented = ClaimSheet.Omission(
        reason: "no document of Modulus says anything of it", source: modulusSource)
}
