import Foundation

/// The URL of a balancer that already runs, taken apart.
struct SiteURL: Sendable, Hashable, CustomStringConvertible {
    /// Name or address to connect to; an IPv6 address in brackets.
    var host: String
    var port: Int
    /// Value of `Host` that goes with it.
    var hostField: String
    /// Without a slash at its end, as it was written: decoded it could hold a line end, which would end the request line.
    var path: String
    var user: User?

    struct User: Sendable, Hashable {
        var name: String
        var password: String
    }

    init(_ url: String) throws(VerificationError) {
        let shown = Self.withoutPassword(url)
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "http",
            let host = parts.encodedHost, !host.isEmpty
        else {
            throw .usage(
                "\"\(shown)\" is not a URL this build can verify; write http://HOST:PORT, with a path if the app has a "
                    + "prefix (https needs TLS, which is not built in yet)")
        }
        for (part, mark) in [(parts.percentEncodedQuery, "?"), (parts.percentEncodedFragment, "#")] where part != nil {
            throw .usage(
                "\"\(shown)\" has a \"\(mark)\", and cases have paths and queries of their own; leave it out from there on"
            )
        }
        port = parts.port ?? 80
        guard (1...65_535).contains(port) else {
            throw .usage("\"\(shown)\" has no port that can be connected to; write one from 1 to 65535")
        }
        self.host = host
        hostField = parts.port == nil ? host : "\(host):\(port)"
        let path = parts.percentEncodedPath
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
        user = parts.user.map { User(name: $0, password: parts.password ?? "") }
    }

    /// What was given as a URL, however wrong, without what may be a password.
    static func withoutPassword(_ url: String) -> String {
        url.replacing(#/(://|^)([^/?#:@]*):[^/]*@/#) { "\($0.1)\($0.2):***@" }
    }

    /// The URL without its password, which belongs into no report.
    var description: String { "http://\(hostField)\(path)" }
}
