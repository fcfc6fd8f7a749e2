import NIOCore

/// The requests that a browser with sockjs-client sends on a transport, and how the answers look.
enum LoadTransport: String, CaseIterable {
    case websocket
    case xhrStreaming = "xhr-streaming"
    case eventsource
    case htmlfile
    case xhrPolling = "xhr-polling"
    case jsonpPolling = "jsonp-polling"

    /// Whether an answer carries one frame only.
    var polls: Bool { self == .xhrPolling || self == .jsonpPolling }

    /// How the open frame stands in an answer.
    var openFrame: String {
        switch self {
        case .websocket: "o"
        case .xhrStreaming, .xhrPolling: "o\n"
        case .eventsource: "data: o\r\n"
        case .htmlfile, .jsonpPolling: "(\"o\")"
        }
    }

    /// The request for frames, or for the upgrade.
    func receiveRequest(_ session: String) -> ByteBuffer {
        switch self {
        case .websocket:
            Self.request(
                "GET", "\(session)/websocket",
                [
                    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ])
        case .xhrStreaming: Self.request("POST", "\(session)/xhr_streaming", ["Content-Length: 0"])
        case .eventsource: Self.request("GET", "\(session)/eventsource", ["Accept: text/event-stream"])
        case .htmlfile: Self.request("GET", "\(session)/htmlfile?c=_jp.abcdef", ["Accept: text/html"])
        case .xhrPolling: Self.request("POST", "\(session)/xhr", ["Content-Length: 0"])
        case .jsonpPolling: Self.request("GET", "\(session)/jsonp?c=_jp.abcdef", ["Accept: */*"])
        }
    }

    /// The request that sends these messages, none of which needs escapes.
    func sendRequest(_ session: String, _ messages: [String]) -> ByteBuffer {
        if self == .jsonpPolling {
            let body = "d=%5B" + messages.map { "%22\($0)%22" }.joined(separator: "%2C") + "%5D"
            return Self.request(
                "POST", "\(session)/jsonp_send",
                ["Content-Type: application/x-www-form-urlencoded", "Content-Length: \(body.utf8.count)"], body)
        }
        let body = Self.array(messages)
        return Self.request(
            "POST", "\(session)/xhr_send", ["Content-Type: text/plain", "Content-Length: \(body.utf8.count)"], body)
    }

    /// What the client side of SockJS puts in a WebSocket message or a body.
    static func array(_ messages: [String]) -> String {
        "[" + messages.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    private static func request(
        _ method: String, _ path: String, _ fields: [String], _ body: String = ""
    ) -> ByteBuffer {
        let common = [
            "Host: 127.0.0.1", "Origin: http://127.0.0.1:8080", "Referer: http://127.0.0.1:8080/",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
            "Accept-Encoding: gzip, deflate", "Accept-Language: en-US,en;q=0.9",
        ]
        let head = (["\(method) /echo/\(path) HTTP/1.1"] + common + fields).joined(separator: "\r\n")
        return ByteBuffer(string: head + "\r\n\r\n" + body)
    }
}
