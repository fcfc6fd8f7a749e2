/// What clients send: a JSON array of messages, without framing.
public enum ClientMessages {
    /// Which way the messages came; a bare value is legal on `websocket` only.
    public enum Carrier: Sendable, Hashable {
        /// A text message of the `websocket` transport.
        case websocket
        /// The body of `xhr_send`, or the payload of `jsonp_send`.
        case xhrSend
    }

    /// The array that carries these messages, with the escapes of sockjs-client.
    public static func encode(_ messages: [SockJSMessage]) -> String {
        var bytes: [UInt8] = []
        JSONQuoting.client.appendArray(of: messages, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The array that carries these messages, with the escapes of sockjs-client.
    public static func encode(_ messages: [String]) -> String { encode(messages.map { SockJSMessage($0) }) }

    /// The messages in a text; an empty array is legal, and so is an empty `websocket` text.
    public static func decode(
        _ text: String, from carrier: Carrier = .websocket
    ) throws(ClientMessagesError) -> [SockJSMessage] {
        try decode(Array(text.utf8), from: carrier)
    }

    /// The messages in these bytes of UTF-8; an empty array is legal, and so is an empty `websocket` text.
    ///
    /// A value that is no string is handed over as it is spelled: sockjs-node takes them all. Arrays and objects may nest
    /// 100 deep.
    public static func decode(
        _ bytes: [UInt8], from carrier: Carrier = .websocket
    ) throws(ClientMessagesError) -> [SockJSMessage] {
        try bytes.withUnsafeBufferPointer { bytes throws(ClientMessagesError) in
            try decode(UnsafeRawBufferPointer(bytes), from: carrier)
        }
    }

    /// As ``decode(_:from:)-([UInt8],_)``, for bytes that stand anywhere.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, from carrier: Carrier = .websocket
    ) throws(ClientMessagesError) -> [SockJSMessage] {
        if bytes.isEmpty {
            switch carrier {
            case .websocket: return []
            case .xhrSend: throw .payloadExpected
            }
        }
        var scanner = JSONTextScanner(bytes)
        if let messages = scanner.valueArray(), scanner.isAtEnd { return messages }
        var bare = JSONTextScanner(bytes)
        guard let message = bare.value(), bare.isAtEnd else {
            throw .brokenJSON(offset: max(scanner.offset, bare.offset))
        }
        guard carrier == .websocket else { throw .payloadExpected }
        return [message]
    }
}

/// Why a client's messages can't be read.
public enum ClientMessagesError: Error, Hashable, CustomStringConvertible {
    /// Nothing, or JSON that is not an array.
    case payloadExpected
    /// No JSON at all, from this byte on.
    case brokenJSON(offset: Int)

    /// The body of the 500 that answers it on `xhr_send` and `jsonp_send`.
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
