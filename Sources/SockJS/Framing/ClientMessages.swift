/// What clients send: a JSON array of strings, without framing.
public enum ClientMessages {
    /// Which way the messages came; a bare JSON string is legal on `websocket` only.
    public enum Carrier: Sendable, Hashable {
        /// A text message of the `websocket` transport.
        case websocket
        /// The body of `xhr_send`.
        case xhrSend
    }

    /// The array that carries these messages.
    public static func encode(_ messages: [String]) -> String { JSONText.array(of: messages) }

    /// The messages in a text; an empty array is legal, and so is an empty `websocket` text.
    public static func decode(
        _ text: String, from carrier: Carrier = .websocket
    ) throws(ClientMessagesError) -> [String] {
        let bytes = Array(text.utf8)
        if bytes.isEmpty {
            switch carrier {
            case .websocket: return []
            case .xhrSend: throw .payloadExpected
            }
        }
        var scanner = JSONTextScanner(bytes[...])
        if let messages = scanner.stringArray(), scanner.isAtEnd { return messages }
        if carrier == .websocket {
            var bare = JSONTextScanner(bytes[...])
            if let message = bare.string(), bare.isAtEnd { return [message] }
        }
        throw isJSON(bytes) ? .payloadExpected : .brokenJSON(offset: scanner.offset)
    }

    private static func isJSON(_ bytes: [UInt8]) -> Bool {
        var scanner = JSONTextScanner(bytes[...])
        return scanner.skipValue() && scanner.isAtEnd
    }
}

/// Why a client's messages can't be read.
public enum ClientMessagesError: Error, Hashable, CustomStringConvertible {
    /// Nothing, or JSON that is not an array of strings.
    case payloadExpected
    /// No JSON at all, from this byte on.
    case brokenJSON(offset: Int)

    /// The body of the 500 that answers it on `xhr_send`.
    public var answer: String {
        switch self {
        case .payloadExpected: "Payload expected."
        case .brokenJSON: "Broken JSON encoding."
        }
    }

    /// What was expected and what came.
    public var description: String {
        switch self {
        case .payloadExpected: "expected a JSON array of strings such as [\"hello\"], got something else or nothing"
        case .brokenJSON(let offset):
            "expected a JSON array of strings such as [\"hello\"], got text that is not JSON from byte \(offset) on"
        }
    }
}
