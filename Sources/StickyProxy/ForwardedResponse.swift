import NIOHTTP1

/// The head of a node's answer as the client gets it, and how the body is delimited.
struct ForwardedResponse {
    var head: HTTPResponseHead
    /// Whether the client's connection can carry another request.
    var keepsAlive: Bool
    /// Whether body bytes follow.
    var hasBody: Bool

    /// What the client's request says about the answer's form.
    struct Client {
        var isOld: Bool
        var keepsAlive: Bool
        var askedForHead: Bool
    }

    /// Nil for an answer in a transfer coding that the proxy can't take apart.
    init?(_ answer: HTTPResponseHead, client: Client, setCookie: String?, behavior: Behavior) {
        let code = answer.status.code
        let codings = answer.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        guard codings.isEmpty || codings == ["chunked"] else { return nil }
        var headers = ForwardedHeaders.endToEnd(answer.headers)
        hasBody = !(client.askedForHead || code == 204 || code == 304)
        keepsAlive = client.keepsAlive
        if code == 204 { headers.remove(name: "content-length") }
        if hasBody, !codings.isEmpty || !headers.contains(name: "content-length") {
            headers.remove(name: "content-length")
            if client.isOld { keepsAlive = false } else { headers.add(name: "Transfer-Encoding", value: "chunked") }
        }
        if !keepsAlive {
            headers.add(name: "Connection", value: "close")
        } else if client.isOld {
            headers.add(name: "Connection", value: "keep-alive")
        }
        Self.add(Self.cookie(setCookie, behavior, on: &headers), behavior, to: &headers)
        head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    }

    /// The 101 as the client gets it.
    static func switching(_ answer: HTTPResponseHead, setCookie: String?, behavior: Behavior) -> HTTPResponseHead {
        var headers = ForwardedHeaders.endToEnd(answer.headers)
        headers.remove(name: "content-length")
        headers.add(name: "Upgrade", value: answer.headers.first(name: "upgrade") ?? "websocket")
        headers.add(name: "Connection", value: "Upgrade")
        add(behavior.affinity.cookieOnUpgrade ? setCookie : nil, behavior, to: &headers)
        return HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    }

    /// The cookie that this answer may carry.
    private static func cookie(_ cookie: String?, _ behavior: Behavior, on headers: inout HTTPHeaders) -> String? {
        guard cookie != nil, SharedCaching.isAllowed(headers) else { return cookie }
        switch behavior.affinity.sharedAnswers {
        case .withoutCookie: return nil
        case .madePrivate:
            headers.replaceOrAdd(name: "Cache-Control", value: "private")
            return cookie
        case .withCookie: return cookie
        }
    }

    private static func add(_ cookie: String?, _ behavior: Behavior, to headers: inout HTTPHeaders) {
        if let cookie {
            headers.add(name: "Set-Cookie", value: CookieField.setCookie(cookie, behavior.affinity))
        }
        if let origin = behavior.headers.allowOrigin, headers.contains(name: "access-control-allow-origin") {
            headers.replaceOrAdd(name: "Access-Control-Allow-Origin", value: origin)
        }
        for field in behavior.headers.added { headers.add(name: field.name, value: field.value) }
    }
}
