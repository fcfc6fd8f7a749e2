/// What both ends agreed on for permessage-deflate (RFC 7692 §7.1).
public struct DeflateParameters: Hashable, Sendable {
    /// The name of the extension in `Sec-WebSocket-Extensions`.
    public static let extensionName = "permessage-deflate"
    /// Window sizes as powers of two: 256 bytes to 32 KiB.
    public static let windowBitsRange = 8...15

    /// The server starts each message with an empty window.
    public var serverNoContextTakeover: Bool
    /// The client starts each message with an empty window.
    public var clientNoContextTakeover: Bool
    /// The largest window of the server's compressor, 8–15.
    public var serverMaxWindowBits: Int
    /// The largest window of the client's compressor, 8–15.
    public var clientMaxWindowBits: Int

    /// Parameters with the defaults of an answer without any; window bits are brought into 8–15.
    public init(
        serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false, serverMaxWindowBits: Int = 15,
        clientMaxWindowBits: Int = 15
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = Self.clamp(serverMaxWindowBits)
        self.clientMaxWindowBits = Self.clamp(clientMaxWindowBits)
    }

    static func clamp(_ bits: Int) -> Int {
        min(max(bits, windowBitsRange.lowerBound), windowBitsRange.upperBound)
    }

    /// Whether the frames of `sender` carry nothing over from one message to the next.
    func noContextTakeover(of sender: WebSocketRole) -> Bool {
        sender == .server ? serverNoContextTakeover : clientNoContextTakeover
    }

    func windowBits(of sender: WebSocketRole) -> Int {
        Self.clamp(sender == .server ? serverMaxWindowBits : clientMaxWindowBits)
    }

    /// The element of the answer that says this. 15 bits are left out, being the default, except where the offer
    /// named a window of the server: that must be answered (§7.1.2.1).
    func answer(namesServerWindow: Bool) -> ExtensionElement {
        var parameters: [ExtensionElement.Parameter] = []
        if serverNoContextTakeover { parameters.append(.init(name: "server_no_context_takeover")) }
        if clientNoContextTakeover { parameters.append(.init(name: "client_no_context_takeover")) }
        if serverMaxWindowBits < 15 || namesServerWindow {
            parameters.append(.init(name: "server_max_window_bits", value: String(serverMaxWindowBits)))
        }
        if clientMaxWindowBits < 15 {
            parameters.append(.init(name: "client_max_window_bits", value: String(clientMaxWindowBits)))
        }
        return ExtensionElement(name: Self.extensionName, parameters: parameters)
    }
}
