import NIOHTTP1
import Wire

/// The head of a node's answer as the client gets it, and how the body is delimited.
struct ForwardedResponse {
    let head: ForwardedHead
    /// Whether the client's connection can carry another request.
    let keepsAlive: Bool
    /// Whether body bytes follow.
    let hasBody: Bool

    /// What the client's request says about the answer's form.
    struct Client {
        var isOld: Bool
        var keepsAlive: Bool
        var askedForHead: Bool
    }

    /// The answer of a node, with the cookie if it may carry one.
    init(_ answer: ResponseHead, client: Client, setCookie: String?, under rules: RequestRules) {
        var dropped = ForwardedFields.dropped(from: answer)
        hasBody = !(client.askedForHead || answer.status == 204 || answer.status == 304)
        let tellsLength = answer.contains("content-length")
        let hasLength = tellsLength && !answer.contains("transfer-encoding")
        if tellsLength, answer.status == 204 || hasBody && !hasLength { dropped.insert("content-length") }
        let isChunked = hasBody && !hasLength && !client.isOld
        let keepsAlive = client.keepsAlive && !(hasBody && !hasLength && client.isOld)
        var (cookie, isPrivate) = (Self.carried(setCookie, by: answer, rules), false)
        if cookie != nil, let rule = rules.cookie?.onSharedAnswers, SharedCaching.isAllowed(answer, without: dropped) {
            switch rule {
            case .withoutCookie: cookie = nil
            case .madePrivate: isPrivate = true
            case .withCookie: break
            }
        }
        if isPrivate { dropped.insert("cache-control") }
        if cookie != nil, rules.cookie?.otherCookies == .replaced { dropped.insert("set-cookie") }
        let origin = Self.origin(of: answer, &dropped, rules)
        let location = Self.location(of: answer, &dropped, rules)
        self.keepsAlive = keepsAlive
        head = ForwardedHead(status: answer.status, isChunked: isChunked) { text in
            answer.appendFields(to: &text, without: dropped)
            if isChunked { text.append(fixed: "Transfer-Encoding: chunked\r\n") }
            if !keepsAlive {
                text.append(fixed: "Connection: close\r\n")
            } else if client.isOld {
                text.append(fixed: "Connection: keep-alive\r\n")
            }
            if isPrivate { text.append(fixed: "Cache-Control: private\r\n") }
            if let location { text.appendField("Location", location) }
            Self.writeAdded(cookie, origin, rules, to: &text)
        }
    }

    /// The 101 as the client gets it.
    static func switching(_ answer: ResponseHead, setCookie: String?, under rules: RequestRules) -> ForwardedHead {
        var dropped = ForwardedFields.dropped(from: answer)
        dropped.insert("content-length")
        let origin = origin(of: answer, &dropped, rules)
        return ForwardedHead(status: answer.status, isChunked: false) { text in
            answer.appendFields(to: &text, without: dropped)
            text.appendField("Upgrade", answer.first("upgrade") ?? "websocket")
            text.append(fixed: "Connection: Upgrade\r\n")
            writeAdded(carried(setCookie, by: answer, rules), origin, rules, to: &text)
        }
    }

    /// A refusal of an upgrade as the client gets it where a tunnel follows it: as it came, since its body does too.
    static func refusing(_ answer: ResponseHead) -> ForwardedHead {
        ForwardedHead(status: answer.status, isChunked: false) { text in
            answer.appendFields(to: &text, without: FieldNames([]))
        }
    }

    /// An interim answer as the client gets it.
    static func interim(_ answer: ResponseHead) -> ForwardedHead {
        ForwardedHead(status: answer.status, isChunked: false) { text in
            answer.appendFields(to: &text, without: ForwardedFields.dropped(from: answer))
        }
    }

    /// What takes the place of the answer's `Access-Control-Allow-Origin`, which is dropped then.
    private static func origin(
        of answer: ResponseHead, _ dropped: inout FieldNames, _ rules: RequestRules
    ) -> String? {
        guard let origin = rules.behavior.headers.allowOrigin, answer.contains("access-control-allow-origin"),
            !dropped.contains("access-control-allow-origin")
        else { return nil }
        dropped.insert("access-control-allow-origin")
        return origin
    }

    /// What takes the place of the answer's `Location`, which is dropped then.
    private static func location(of answer: ResponseHead, _ dropped: inout FieldNames, _ rules: RequestRules) -> String?
    {
        guard let origin = rules.behavior.headers.locationOrigin, let location = answer.first("location") else {
            return nil
        }
        dropped.insert("location")
        return origin + RequestFacts.pathAndQuery(of: location)
    }

    /// The value of the cookie if the answer may carry it.
    private static func carried(_ cookie: String?, by answer: ResponseHead, _ rules: RequestRules) -> String? {
        cookie.flatMap { rules.cookie?.isCarried(by: answer) == true ? $0 : nil }
    }

    private static func writeAdded(
        _ cookie: String?, _ origin: String?, _ rules: RequestRules, to text: inout [UInt8]
    ) {
        if let cookie { rules.cookie?.appendFields(cookie, to: &text) }
        if let origin { text.appendField("Access-Control-Allow-Origin", origin) }
        if !rules.behavior.headers.added.isEmpty {
            text.appendFields(HTTPHeaders(rules.behavior.headers.added.map { ($0.name, $0.value) }))
        }
    }
}
