import NIOHTTP1
import SockJS

/// A SockJS endpoint under a path.
struct SockJSService: Sendable {
    var prefix: String
    var timing: ServerTiming
    var application: SessionApplication.Kind

    /// Meteor's: DDP under `/sockjs`.
    static let meteor = SockJSService(prefix: "/sockjs", timing: .meteor, application: .ddp)
    /// The echo of the SockJS test suite.
    static let echo = SockJSService(prefix: "/echo", timing: .sockJS, application: .echo)

    static let all = [meteor, echo]
}

/// The header fields of SockJS answers.
enum SockJSHeaders {
    static let noCache = [("Cache-Control", "no-store, no-cache, no-transform, must-revalidate, max-age=0")]

    /// For pages of other origins.
    static func crossOrigin(_ headers: HTTPHeaders) -> [(String, String)] {
        var fields: [(String, String)] = []
        if let origin = headers.first(name: "Origin"), !origin.isEmpty {
            fields += [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
        } else {
            fields.append(("Access-Control-Allow-Origin", "*"))
        }
        fields.append(("Vary", "Origin"))
        if let wanted = headers.first(name: "Access-Control-Request-Headers"), !wanted.isEmpty {
            fields.append(("Access-Control-Allow-Headers", wanted))
        }
        return fields
    }

    /// The answer to a preflight request.
    static func preflight(_ headers: HTTPHeaders, methods: String) -> HTTPResponse {
        HTTPResponse(
            status: 204,
            headers: [
                ("Cache-Control", "public, max-age=31536000"), ("Expires", expiry),
                ("Access-Control-Allow-Methods", methods), ("Access-Control-Max-Age", "31536000"),
            ] + crossOrigin(headers))
    }

    // A year ahead of any run; no client computes with it beside max-age.
    private static let expiry = "Fri, 01 Jan 2038 00:00:00 GMT"
}
