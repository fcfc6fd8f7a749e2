import Claims
import StickyProxy

extension Profile {
    /// Azure's Application Gateway with cookie-based affinity.
    static let azureAppGateway = Profile(
        name: "azure-appgw",
        summary:
            "Azure Application Gateway with cookie-based affinity: WebSocket, a plain cookie and its twin for other "
            + "sites.",
        behavior: {
            var behavior = Behavior.reference
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.twin) = ("ApplicationGatewayAffinity", "ApplicationGatewayAffinityCORS")
            (cookie.format, cookie.isHTTPOnly, cookie.sameSite) = (.node, false, nil)
            cookie.sharedAnswers = .withCookie
            behavior.affinity.rule = .cookie(cookie)
            behavior.affinity.sessionCapacity = 0
            behavior.headers.forwardedFor = .appended
            var probe = Behavior.Health.Probe()
            (probe.interval, probe.timeout, probe.fall, probe.rise) = (.seconds(30), .seconds(30), 3, 1)
            behavior.health.probe = probe
            return behavior
        }(),
        checkSpeed: 20,
        claims: .system(
            "Application Gateway",
            [
                .pollingStickiness: "cookieBasedAffinity: Enabled in the backend HTTP settings",
                .clientAffinity: "cookieBasedAffinity: Enabled in the backend HTTP settings",
                .activeHealthCheck: "interval, timeout and unhealthyThreshold of the custom probe",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 120_000, hungMilliseconds: 180_000, returnedMilliseconds: 60_000)
        ),
        documents: [
            Profile.Document(
                "Application Gateway HTTP settings configuration",
                "https://learn.microsoft.com/azure/application-gateway/configuration-http-settings")
        ],
        inferred: [
            "a connect that fails leads to another server at once", "the documents name no idle limit of WebSocket",
        ],
        predictions: [
            .cookieAlone,
            .bareCookie(
                because: "assumed: ApplicationGatewayAffinity has neither HttpOnly nor SameSite over http"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}
