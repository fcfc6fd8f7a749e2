import Claims
import StickyProxy

extension Profile {
    /// Heroku's routers before session affinity.
    static let heroku2014 = Profile(
        name: "heroku-2014",
        summary: "Heroku before session affinity: two routers, each of which picks a dyno at random for every request.",
        behavior: .herokuRouter { $0.affinity.rule = .none }, instances: 2,
        claims: .heroku(
            remedies: ["affinity-none": HerokuRemedy.affinity],
            [.pollingStickiness: HerokuRemedy.affinity, .clientAffinity: HerokuRemedy.affinity]),
        documents: HerokuDocument.routing, inferred: HerokuDocument.inferred,
        predictions: [
            Prediction(
                .warning,
                [
                    "idle/tunnel-cutoff"
                ],
                because: "HTTP Routing: behind the first byte each side has 55 s for the next one"),
            Prediction(
                .warning,
                [
                    "idle/poll-cutoff"
                ],
                because: "HTTP Routing: a request whose answer has not begun after 30 s gets a 503"),
            Prediction(
                .fail,
                [
                    "paths/prefix", "sockjs/polling-round-trip", "sockjs/xhr-streaming-round-trip",
                    "sockjs/eventsource-round-trip", "sockjs/htmlfile-round-trip", "sockjs/jsonp-polling-round-trip",
                    "sockjs/iframe-round-trips", "sockjs/abort-reaches-node", "streaming/frames-at-once",
                    "streaming/frames-at-once-gzip", "streaming/rotation", "idle/heartbeat-crosses",
                    "ddp/connect-and-call", "ddp/session-survives", "ddp/quiet-session", "ddp/back-after-kill",
                    "ddp/methods-run-once", "ddp/subscriptions-resume", "ddp/reconnect-herd",
                    "stickiness/polling-same-node", "stickiness/websocket-first", "stickiness/shared-connection",
                    "stickiness/address-change", "stickiness/many-clients", "stickiness/websocket-and-http",
                    "failover/kill-moves-sessions", "failover/bystanders-undisturbed", "failover/cut-stream-shows",
                    "failover/no-duplicate-send", "failover/flapping-node", "fallback/upgrade-refused",
                    "fallback/upgrade-silent",
                ],
                because: "HTTP Routing: routers use a random selection algorithm for requests"),
            Prediction(
                .unsupported,
                [
                    "stickiness/unknown-cookie", "stickiness/cookie-returns", "stickiness/first-requests",
                    "stickiness/cookie-attributes",
                ],
                because: "it sets no cookie, and nothing else keeps what belongs together on one node either"),
            Prediction(
                .varies,
                [
                    "recovery/returned-node-is-used"
                ],
                because:
                    "HTTP Routing: routers use a random selection algorithm for requests, by which a session may "
                    + "get to the node it came from"
            ),
        ] + Prediction.noAffinity)

    /// Heroku's routers with session affinity.
    static let herokuAffinity = Profile(
        name: "heroku-affinity",
        summary:
            "Heroku with http-session-affinity: the routers' cookie keeps a client on its dyno, and is renewed if "
            + "that goes.",
        behavior: .herokuRouter {
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.expiry, cookie.sameSite) = ("heroku-session-affinity", .maxAge(.seconds(86_400)), nil)
            $0.affinity.rule = .cookie(cookie)
        },
        instances: 2,
        claims: .heroku(
            remedies: [:], [.pollingStickiness: HerokuRemedy.affinity, .clientAffinity: HerokuRemedy.affinity]),
        documents: HerokuDocument.routing + HerokuDocument.affinity, inferred: HerokuDocument.inferred,
        predictions: [
            .cookieAlone,
            .bareCookie(
                because: "assumed: the cookie that people saw has no SameSite"),
            Prediction(
                .warning,
                [
                    "idle/tunnel-cutoff"
                ],
                because: "HTTP Routing: behind the first byte each side has 55 s for the next one"),
            Prediction(
                .warning,
                [
                    "idle/poll-cutoff"
                ],
                because: "HTTP Routing: a request whose answer has not begun after 30 s gets a 503"),
            Prediction(
                .warning,
                [
                    "stickiness/cookie-returns"
                ],
                because: "assumed: the cookie that people saw has no SameSite"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}

private enum HerokuRemedy {
    static let affinity = """
        heroku features:enable http-session-affinity
        """
}

private enum HerokuDocument {
    static let routing = [
        Profile.Document("HTTP Routing (3 April 2014)", "https://devcenter.heroku.com/articles/http-routing"),
        Profile.Document("Heroku Error Codes", "https://devcenter.heroku.com/articles/error-codes"),
    ]
    static let affinity = [
        Profile.Document("Session Affinity", "https://devcenter.heroku.com/articles/session-affinity"),
        Profile.Document("Session Affinity now Generally Available", "https://blog.heroku.com/session-affinity-ga"),
    ]
    static let inferred = [
        "a connection of a client stays with one router",
        "a request whose dyno refuses the connection goes to another dyno",
        "a router adds the client's address behind what X-Forwarded-For said before",
    ]
}

extension ClaimSheet {
    fileprivate static func heroku(remedies: [String: String], _ directives: [Feature: String]) -> ClaimSheet {
        .system(
            "Heroku's routers", directives,
            without: [
                .activeHealthCheck: Omission(
                    reason: "routers check no dynos; only a connect that is refused or takes 5 s quarantines one",
                    source: "https://devcenter.heroku.com/articles/http-routing")
            ],
            faults: FaultClaims(failover: .rehome, killedMilliseconds: 6_000, returnedMilliseconds: 12_000),
            remedies: remedies)
    }
}

extension Behavior {
    /// A router of Heroku's: random dynos, 50 requests for each and as many waiting, a quarantine of 5 s for one that
    /// refuses, 30 s for the first byte and 55 s for each one after it.
    fileprivate static func herokuRouter(_ change: (inout Behavior) -> Void) -> Behavior {
        var behavior = Behavior.reference
        behavior.distribution.order = .random
        behavior.affinity.sessionCapacity = 0
        behavior.retry.idempotent = false
        (behavior.health.probe, behavior.health.connectFall) = (nil, 1)
        behavior.health.failTimeout = .seconds(5)
        behavior.headers.forwardedFor = .appended
        behavior.limits.connectTimeout = .seconds(5)
        behavior.limits.requestsPerNode = 50
        behavior.limits.queue = .init(requestsPerNode: 50, patience: .seconds(30))
        behavior.limits.firstByte = .init(limit: .seconds(30), status: 503)
        (behavior.limits.exchangeIdle, behavior.limits.tunnelIdle) = (.seconds(55), .seconds(55))
        change(&behavior)
        return behavior
    }
}
