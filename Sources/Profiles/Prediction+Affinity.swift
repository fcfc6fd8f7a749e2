extension Profile.Prediction {
    /// Of a system whose affinity goes by its cookie and by nothing else.
    static let cookieAlone = Profile.Prediction(
        .info, ["stickiness/without-cookies"], because: "its affinity goes by the cookie alone")

    /// Of a system whose cookie has other attributes than it should.
    static func bareCookie(because reason: String) -> Profile.Prediction {
        Profile.Prediction(.warning, ["stickiness/cookie-attributes"], because: reason)
    }

    /// Of a system without affinity, beside what fails there.
    static let noAffinity = [
        Profile.Prediction(
            .warning, ["stickiness/cookie-on-error"], because: "nothing keeps a client on the node of its first answer"),
        Profile.Prediction(
            .info, ["stickiness/without-cookies"], because: "nothing keeps what belongs together on one node"),
        Profile.Prediction(
            .fail, ["stickiness/cookie-after-retry", "failover/slow-node"],
            because: "nothing keeps what belongs together on one node"),
        Profile.Prediction(
            .unsupported, ["stickiness/duplicate-cookies", "security/node-outside-pool"],
            because: "it sets no cookie, which could stand there twice or be forged"),
    ]
}
