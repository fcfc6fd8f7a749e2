import StickyProxy

extension Mutant {
    static let ofSockJS: [Mutant] = ofTransports + ofStreams + ofAnswers

    private static let ofTransports: [Mutant] = [
        Mutant(
            "raw-websocket-stripped", breaks: "sockjs/raw-websocket-round-trip", finding: "session-not-opened",
            summary: "Upgrades are forwarded except those of a raw WebSocket under a SockJS path."
        ) {
            $0.upgrade.paths = [.session(under: "/"), .prefix("/websocket")]
        },
        Mutant(
            "stream-line-feeds-stripped", breaks: "sockjs/xhr-streaming-round-trip", finding: "session-not-opened",
            summary: "Line feeds are taken out of the answers to xhr_streaming, as a minifier of scripts does.",
            defect: RewrittenBodies(pathSuffix: "/xhr_streaming", replacing: "\n", by: "")),
        Mutant(
            "event-stream-unescaped", breaks: "sockjs/eventsource-round-trip", finding: "message-lost",
            summary: "A percent sign that is escaped in an event stream is delivered unescaped.",
            defect: RewrittenBodies(pathSuffix: "/eventsource", replacing: "%25", by: "%")),
        Mutant(
            "html-scripts-deferred", breaks: "sockjs/htmlfile-round-trip", finding: "session-not-opened",
            summary: "Script elements of pages get another type, as a loader of deferred scripts gives them.",
            defect: RewrittenBodies(
                pathSuffix: "/htmlfile", replacing: "<script>", by: "<script type=\"text/deferred\">")),
        Mutant(
            "jsonp-query-dropped", breaks: "sockjs/jsonp-polling-round-trip", finding: "session-not-opened",
            summary: "Requests for jsonp reach the node without their query.",
            defect: DroppedQuery(pathSuffix: "/jsonp")),
        Mutant(
            "iframe-script-renamed", breaks: "sockjs/iframe-round-trips", finding: "session-not-opened",
            summary: "An underscore in the script of the iframe page becomes a hyphen.",
            defect: RewrittenBodies(pathSuffix: ".html", replacing: "bootstrap_iframe", by: "bootstrap-iframe")),
    ]

    private static let ofStreams: [Mutant] = [
        Mutant(
            "responses-buffered", breaks: "streaming/frames-at-once", finding: "stream-held-back",
            summary: "A body is delivered when it is complete."
        ) { $0.answers.buffering = .whole },
        Mutant(
            "gzip-responses-buffered", breaks: "streaming/frames-at-once-gzip", finding: "stream-held-back",
            summary: "A body is delivered when it is complete if the client accepts gzip."
        ) { $0.answers.buffering = .wholeForGzip },
        Mutant(
            "long-bodies-cut", breaks: "streaming/rotation", finding: "stream-truncated",
            summary: "A body ends after 5000 bytes."
        ) { $0.answers.bodyLimit = 5000 },
        Mutant(
            "idle-cut-early", breaks: "idle/heartbeat-crosses", finding: "heartbeat-missing",
            summary: "Requests and tunnels without a byte for 15 s end."
        ) {
            $0.limits.exchangeIdle = .seconds(15)
            $0.limits.tunnelIdle = .seconds(15)
        },
        Mutant(
            "cut-answers-completed", breaks: "failover/cut-stream-shows", finding: "cut-unnoticed",
            summary: "A body whose node dies in the middle is ended as if it were complete."
        ) { $0.answers.cut = .hidden },
        Mutant(
            "aborts-ignored", breaks: "sockjs/abort-reaches-node", finding: "abort-not-forwarded",
            summary: "A request that its client gave up goes on at the node."
        ) { $0.answers.abandoned = .continued },
    ]

    private static let ofAnswers: [Mutant] = [
        Mutant(
            "cors-duplicated", breaks: "sockjs/cors", finding: "cors-altered",
            summary: "Every answer gets an Access-Control-Allow-Origin of the proxy's beside the node's."
        ) { $0.headers.added = [.init("Access-Control-Allow-Origin", "*")] },
        Mutant(
            "preflight-cached", breaks: "sockjs/cors-of-two-origins", finding: "cors-altered",
            summary: "Answers to preflight requests are cached by URL, whatever Vary says."
        ) { $0.answers.cache = .init(methods: ["OPTIONS"], statuses: [200, 204]) },
        Mutant(
            "framing-denied", breaks: "sockjs/iframe-page", finding: "iframe-blocked",
            summary: "Every answer gets X-Frame-Options: DENY."
        ) { $0.headers.added = [.init("X-Frame-Options", "DENY")] },
        Mutant(
            "error-pages-replaced", breaks: "sockjs/error-answers", finding: "error-altered",
            summary: "A node's 4xx and 5xx come with a page of the proxy's."
        ) { $0.answers.errors = .replaced },
        Mutant(
            "close-frame-unterminated", breaks: "sockjs/request-rate", finding: "request-storm",
            summary: "The close frame of a poll comes without its line feed, so that no client ever reads it.",
            defect: RewrittenBodies(pathSuffix: "/xhr", replacing: "Go away!\"]\n", by: "Go away!\"]")),
        Mutant(
            "not-found-cached", breaks: "sockjs/not-found-is-asked-again", finding: "answer-cached",
            summary: "A 404 that is public for a year is cached and given again."
        ) { $0.answers.cache = .init(methods: ["GET"], statuses: [404]) },
    ]
}
