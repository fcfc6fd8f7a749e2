/// The document at `/info`, which a client fetches before it tries a transport.
public struct SockJSInfo: Sendable, Hashable {
    /// Whether the server offers WebSocket.
    public var websocket: Bool
    /// Always `*:*`, or empty and left out by a server without CORS; clients ignore it.
    public var origins: [String]
    /// Whether the balancer needs a cookie for affinity.
    public var cookieNeeded: Bool
    /// Fresh randomness for clients that have none; nil if the server sent none.
    public var entropy: UInt32?
    /// Where the transports live instead of under the URL of this document.
    public var baseURL: String?

    /// A server's settings.
    public init(
        websocket: Bool = true, origins: [String] = ["*:*"], cookieNeeded: Bool = false, entropy: UInt32?,
        baseURL: String? = nil
    ) {
        self.websocket = websocket
        self.origins = origins
        self.cookieNeeded = cookieNeeded
        self.entropy = entropy
        self.baseURL = baseURL
    }

    /// Reads the document: unknown keys are ignored, missing or odd values count as a client counts them.
    ///
    /// Only a text that is no JSON object is refused; a proxy's or an application's page reads so.
    public init(parsing text: String) throws(SockJSFrameError) {
        var info = SockJSInfo(origins: [], entropy: nil)
        let stop: Int? = Array(text.utf8).withUnsafeBytes { bytes in
            var scanner = JSONTextScanner(bytes)
            return info.readObject(&scanner) && scanner.isAtEnd ? nil : scanner.offset
        }
        self = info
        if let stop {
            throw SockJSFrameError(
                expected: "the JSON object of /info", text: text, offset: stop,
                remedy: "check the path prefix; an HTML page here means that the application answered, not SockJS")
        }
    }

    /// The document as a server writes it.
    public var text: String {
        var members = ["\"websocket\":\(websocket)"]
        if !origins.isEmpty {
            members.append("\"origins\":[\(origins.map { JSONQuoting.plain.quoted($0) }.joined(separator: ","))]")
        }
        members.append("\"cookie_needed\":\(cookieNeeded)")
        if let entropy { members.append("\"entropy\":\(entropy)") }
        if let baseURL { members.append("\"base_url\":\(JSONQuoting.plain.quoted(baseURL))") }
        return "{\(members.joined(separator: ","))}"
    }

    private mutating func readObject(_ scanner: inout JSONTextScanner) -> Bool {
        guard scanner.consume("{") else { return false }
        if scanner.consume("}") { return true }
        repeat {
            guard let key = scanner.string(), scanner.consume(":") else { return false }
            let start = scanner
            guard scanner.skipValue() else { return false }
            read(key, start)
        } while scanner.consume(",")
        return scanner.consume("}")
    }

    /// A value of the wrong type counts as absent, as in browsers.
    private mutating func read(_ key: String, _ value: JSONTextScanner) {
        var scanner = value
        switch key {
        case "websocket": websocket = !scanner.skip("false")
        case "cookie_needed": cookieNeeded = scanner.skip("true")
        case "origins": origins = scanner.stringArray()?.map(\.string) ?? []
        case "entropy": entropy = scanner.integer().flatMap { UInt32(exactly: $0) }
        case "base_url": baseURL = scanner.string()
        default: break
        }
    }
}
