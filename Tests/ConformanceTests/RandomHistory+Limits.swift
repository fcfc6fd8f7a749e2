import History

@testable import Conformance

/// What clients do in the cases of limits, of hop-by-hop fields and of cookies that come back.
extension RandomHistory {
    private static let large = "stickler-large-0=\(String(repeating: "x", count: 990))"

    mutating func limitsLife() {
        for _ in 0..<4 + below(8) {
            switch below(6) {
            case 0: connectionField()
            case 1: largeRequest()
            case 2: largeAnswer()
            case 3: crowd()
            case 4: newcomers()
            default: cookies()
            }
        }
    }

    private mutating func connectionField() {
        exchange(
            "connection-field", pick(["/whoami", "/echo/websocket"]),
            seen: pick([[], [["upgrade", pick(["close", "upgrade", "websocket"])]]])
                + [["connection", pick(["close", "upgrade", ""])]])
    }

    private mutating func largeRequest() {
        // Without large ones first, as a measure.
        exchange("request-fields", "/whoami", isServed: true)
        let cookie = pick(["", Self.large])
        exchange(
            "request-fields", "/whoami", cookie: cookie, seen: pick([[["cookie", cookie]], [["cookie", "other=1"]]]))
    }

    private mutating func largeAnswer() {
        let count = below(5)
        exchange(
            "answer-fields", "/whoami?cookies=3",
            answer: (0..<count).map { _ in ["set-cookie", Self.large + "0123456"] })
    }

    private mutating func crowd() {
        let suffix = pick(["/alone", "/together", "/together"])
        let session = "crowd\(below(5))\(suffix)"
        record(.client("c"), .sessionNamed(SessionNamed(session: session, label: String(suffix.dropFirst()))))
        exchange("info", "/echo/info", session: session)
        guard below(3) > 0 else { return }
        record(
            .client("c"),
            .sessionOpened(
                SessionOpened(session: session, epoch: 1, transport: .websocket, nodeID: "n1", bootID: "n1.1")))
        if below(3) == 0 {
            record(
                .client("c"),
                .sessionClosed(
                    SessionClosed(
                        session: session, epoch: 1, code: 1006, reason: "", cause: below(3) == 0 ? .client : .peer)))
        }
    }

    private mutating func newcomers() {
        for number in 1...2 {
            let node = nodes[number % nodes.count]
            for label: RequestLabel in ["first-requests", "first-requests", "later-requests", "later-requests"] {
                exchange(
                    label, "/whoami", client: "new\(number)", source: "127.0.\(number).1",
                    node: label == "first-requests" ? nil : node, isServed: true)
            }
        }
    }

    private mutating func cookies() {
        let number = below(1_000)
        for suffix in ["/page", "/foreign"] {
            let session = "visit\(number)\(suffix)"
            record(.client("c"), .sessionNamed(SessionNamed(session: session, label: String(suffix.dropFirst()))))
            let reason = CookieWithheld.Reason.allCases[below(CookieWithheld.Reason.allCases.count)]
            let node = pick(nodes)
            exchange(
                "cookie-first", "/echo/info", session: session, node: node, isServed: true,
                answer: pick([[], [["set-cookie", "SRV=1; Domain=x"]]]))
            record(.client("c"), .cookieWithheld(CookieWithheld(requestID: requestID, name: "SRV", reason: reason)))
            exchange("poll-open", "/echo/0/s/xhr", session: session, node: node, isServed: true)
            let cookie = suffix == "/page" && below(2) == 0 ? "SRV=1" : nil
            exchange("cookie-again", "/echo/info", session: session, cookie: cookie, isServed: true)
            exchange(
                "cookie-brought", "/echo/info", session: session, cookie: "SRV=1", node: below(8) == 0 ? nil : node,
                isServed: true)
        }
    }

    /// A request of this label with its execution and its answer, or without either.
    private mutating func exchange(
        _ label: RequestLabel, _ target: String, client: String = "c", source: String? = nil, session: String? = nil,
        cookie: String? = nil, node: String? = nil, isServed: Bool? = nil, seen: [[String]] = [],
        answer: [[String]] = []
    ) {
        let node = node ?? pick(nodes)
        let isServed = isServed ?? (below(3) > 0)
        let method = pick(["GET", "POST"])
        requests += 1
        record(
            .client(client),
            .requestSent(
                RequestSent(
                    requestID: requestID, session: session, connection: "k", method: method, target: target,
                    label: label, cookie: cookie, host: "h:1", source: source)))
        if isServed {
            record(
                .node(node),
                .requestExecuted(
                    RequestExecuted(
                        requestID: requestID, bootID: "\(node).1", method: method, target: target, status: 200,
                        headers: seen, peer: "127.0.0.1:1")))
        }
        guard below(12) > 0 else {
            record(
                .client(client), .requestFailed(RequestFailed(requestID: requestID, failure: .closedEarly, detail: "x"))
            )
            return
        }
        record(
            .client(client),
            .responseReceived(
                ResponseReceived(
                    requestID: requestID, status: isServed ? 200 : 503, nodeID: isServed ? node : nil,
                    bootID: isServed ? "\(node).1" : nil, headers: answer)))
    }

    private var requestID: String { "r\(requests)" }
}
