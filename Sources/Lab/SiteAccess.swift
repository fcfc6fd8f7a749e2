package import Fleet
import Foundation
package import Wire

/// What a site wants to hear in every request of every client: its name, and fields that let a client in.
public struct SiteAccess: Sendable, Hashable {
    /// Value of `Host`; nil names the address that clients connect to.
    public var host: String?
    /// Where the app has its SockJS service and its raw WebSocket.
    package private(set) var paths = AppPaths()
    /// Fields beside those of the client itself, such as `Authorization`.
    var fields: [RequestField] = []
    /// Where WebSockets are opened; nil for where all else goes.
    package private(set) var webSockets: VirtualClient.Target.Entrance?

    /// Nothing but the address.
    public static let plain = SiteAccess()

    private init() {}

    /// A site of this name that wants these fields.
    ///
    /// - Parameters:
    ///   - host: value of `Host`.
    ///   - headers: fields as they are written in a request, `Name: value`.
    ///   - sockJS: path of the app's SockJS service.
    ///   - webSocket: path of its raw WebSocket.
    public init(
        host: String? = nil, headers: [String] = [], sockJS: String = "/sockjs", webSocket: String = "/websocket"
    ) throws(SiteAccessError) {
        for path in [sockJS, webSocket] {
            guard path.hasPrefix("/"), path.count > 1, !path.hasSuffix("/"), path.utf8.allSatisfy(Self.isPathByte)
            else {
                throw .path(path)
            }
        }
        paths = AppPaths(sockJS: sockJS, webSocket: webSocket)
        if let host {
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { throw .host(host) }
            self.host = host
        }
        for header in headers { fields.append(try Self.field(header)) }
    }

    /// The same with a user and a password that are sent unasked (RFC 7617).
    public func authorized(user: String, password: String) -> SiteAccess {
        var access = self
        access.fields.append(
            RequestField(
                name: "Authorization", value: "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()))
        return access
    }

    /// The same with WebSockets at an address of their own, `ws://HOST:PORT`, which share host and paths with the site or
    /// not.
    public func withWebSockets(at url: String) throws(SiteAccessError) -> SiteAccess {
        guard let parts = URLComponents(string: url), ["ws", "http"].contains(parts.scheme?.lowercased()),
            let host = parts.encodedHost, !host.isEmpty, ["", "/"].contains(parts.percentEncodedPath),
            parts.percentEncodedQuery == nil, parts.percentEncodedFragment == nil, parts.user == nil
        else { throw .webSockets(url) }
        let port = parts.port ?? 80
        do {
            var access = self
            access.webSockets = VirtualClient.Target.Entrance(
                endpoint: try Endpoint(parsing: "\(host):\(port)"),
                host: parts.port == nil ? host : "\(host):\(port)")
            return access
        } catch {
            throw .webSockets(url)
        }
    }

    /// The same with WebSockets at this address, by which they are asked.
    func withWebSockets(at endpoint: Endpoint) -> SiteAccess {
        var access = self
        access.webSockets = VirtualClient.Target.Entrance(endpoint: endpoint, host: endpoint.description)
        return access
    }

    /// A front at this address that is asked so, whose names are known.
    func reached(at endpoint: Endpoint, host: String?, pathPrefix: String) async throws(LabError)
        -> VirtualClient.Target
    {
        var target = target(try await endpoint.resolved(), host: host, pathPrefix: pathPrefix)
        if let entrance = webSockets { target.webSockets?.endpoint = try await entrance.endpoint.resolved() }
        return target
    }

    /// A front at this address that is asked so.
    package func target(
        _ endpoint: Endpoint, host: String? = nil, pathPrefix: String = ""
    ) -> VirtualClient.Target {
        var target = VirtualClient.Target(
            endpoint: endpoint, host: self.host ?? host, pathPrefix: pathPrefix, paths: paths)
        target.fields = fields
        target.webSockets = webSockets
        return target
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
    }

    private static func field(_ text: String) throws(SiteAccessError) -> RequestField {
        guard let colon = text.firstIndex(of: ":") else { throw .form(text) }
        let name = String(text[..<colon])
        let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        // A line end would end the field and begin one of the value's own.
        guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte), value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { throw .form(text) }
        let lowercased = name.lowercased()
        if lowercased == "host" { throw .name }
        guard !ownFields.contains(lowercased), !lowercased.hasPrefix("sec-websocket-"),
            !lowercased.hasPrefix("x-stickler-")
        else { throw .own(name) }
        return RequestField(name: name, value: value)
    }

    /// What a client writes itself, or a case tests.
    private static let ownFields: Set = [
        "connection", "content-length", "cookie", "keep-alive", "origin", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: [UInt8]("!#$%&'*+-.^_`|~".utf8).contains(byte)
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: [UInt8](".-_:[]".utf8).contains(byte)
        }
    }
}

/// A name or a field that no request can bear.
public enum SiteAccessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not a host name.
    case host(String)
    /// Not `Name: value`.
    case form(String)
    /// `Host` as a field.
    case name
    /// Not the URL of a listener for WebSockets.
    case webSockets(String)
    /// Not a path of an app.
    case path(String)
    /// A field that clients write themselves.
    case own(String)

    /// What is wrong, and what to do about it.
    public var description: String {
        switch self {
        case .host(let text):
            "\(text.debugDescription) is not a name a request can ask for; write --host NAME or --host NAME:PORT"
        case .form(let text):
            "\(text.debugDescription) is not a header field; write --header 'Name: value'"
        case .name: "the name of the site has an option of its own; write --host NAME"
        case .webSockets(let url):
            "\(url.debugDescription) is no place for WebSockets; write ws://HOST:PORT, without a path: that is the site's"
        case .path(let path):
            "\(path.debugDescription) is no path of a service; write one such as /sockjs, with a slash before it and none "
                + "behind, and without a query"
        case .own(let name):
            "--header \(name): clients write this field themselves, as browsers do, and cases judge what becomes of it; "
                + "leave it out"
        }
    }
}
