/// Header fields that sockjs-node sets, each where and how it sets them.
enum ServerFields {
    typealias Field = SockJSResponse.Field

    static let year: Int64 = 31_536_000

    static let noCache = Field("Cache-Control", "no-store, no-cache, no-transform, must-revalidate, max-age=0")
    static let script = Field("Content-Type", "application/javascript; charset=UTF-8")
    static let text = Field("Content-Type", "text/plain; charset=UTF-8")
    static let html = Field("Content-Type", "text/html; charset=UTF-8")

    static func cached(from now: HTTPDate) -> [Field] {
        [
            Field("Cache-Control", "public, max-age=\(year)"),
            Field("Expires", now.adding(seconds: year).description),
        ]
    }

    /// For pages of other origins: of this one, or of any.
    static func crossOrigin(_ origin: String?, _ requestedHeaders: String?) -> [Field] {
        var fields: [Field] = []
        if let origin, !origin.isEmpty {
            fields.append(Field("Access-Control-Allow-Credentials", "true"))
            fields.append(Field("Access-Control-Allow-Origin", origin))
        } else {
            fields.append(Field("Access-Control-Allow-Origin", "*"))
        }
        fields.append(Field("Vary", "Origin"))
        if let requestedHeaders, !requestedHeaders.isEmpty {
            fields.append(Field("Access-Control-Allow-Headers", requestedHeaders))
        }
        return fields
    }

    /// The cookie as it came, so that a balancer's own value stays.
    static func sessionCookie(_ cookies: String?) -> Field {
        var value = ""
        for cookie in (cookies ?? "").split(separator: ";") {
            let parts = cookie.split(separator: "=", omittingEmptySubsequences: false)
            if trimmed(parts[0]) == "JSESSIONID" { value = parts.count > 1 ? String(trimmed(parts[1])) : "" }
        }
        return Field("Set-Cookie", "JSESSIONID=\(value.isEmpty ? "dummy" : value); path=/")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
