import Claims
import StickyProxy

extension Profile {
    /// Fly's proxy, without an app that answers fly-replay.
    static let fly = Profile(
        name: "fly",
        summary: "Fly's proxy: the least loaded machine for each request, unless a client names one in fly-force-instance-id.",
        behavior: {
            var behavior = Behavior.reference
            behavior.affinity.rule = .header("fly-force-instance-id")
            behavior.affinity.sessionCapacity = 0
            behavior.distribution.order = .leastConnections
            behavior.headers.forwardedFor = .appended
            behavior.limits.requestsPerNode = 200
            behavior.limits.queue = .init(requestsPerNode: 200, patience: .seconds(30))
            return behavior
        }(),
        claims: .system(
            "Fly's proxy",
            [.pollingStickiness: FlyRemedy.replay, .clientAffinity: FlyRemedy.replay],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 3_000, hungMilliseconds: 6_000, returnedMilliseconds: 5_000),
            remedies: ["affinity-none": FlyRemedy.replay]),
        documents: [
            Profile.Document("Session affinity (sticky sessions)", "https://fly.io/docs/blueprints/sticky-sessions/"),
            Profile.Document("Fly Proxy", "https://fly.io/docs/reference/fly-proxy/"),
        ],
        inferred: ["times of health checks", "browsers set no fly-force-instance-id, so nothing keeps them"],
        predictions: [])
}

private enum FlyRemedy {
    static let replay = """
        Fly sets no cookie: let the app answer a client of another machine with
        fly-replay: instance=ID, by a cookie of its own
        """
}
