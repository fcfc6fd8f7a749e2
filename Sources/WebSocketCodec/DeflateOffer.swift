/// One offer of permessage-deflate as a client makes it (RFC 7692 §7.1).
public struct DeflateOffer: Hashable, Sendable {
    /// What the offer says about the window of the client's compressor.
    public enum ClientWindow: Hashable, Sendable {
        /// Nothing: the server may not limit it.
        case notOffered
        /// The server may limit it.
        case negotiable
        /// The server may limit it, and the client won't use more than these bits, 8–15, anyway.
        case atMost(Int)
    }

    /// Demands that the server starts each message with an empty window.
    public var serverNoContextTakeover: Bool
    /// Announces that the client will start each message with an empty window.
    public var clientNoContextTakeover: Bool
    /// Demands a window of the server's compressor of at most these bits, 8–15.
    public var serverMaxWindowBits: Int?
    /// The window of the client's compressor.
    public var clientMaxWindowBits: ClientWindow

    /// An offer; what most browsers send is `DeflateOffer()`. Window bits are brought into 8–15.
    public init(
        serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false, serverMaxWindowBits: Int? = nil,
        clientMaxWindowBits: ClientWindow = .negotiable
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = serverMaxWindowBits.map(DeflateParameters.clamp)
        if case .atMost(let bits) = clientMaxWindowBits {
            self.clientMaxWindowBits = .atMost(DeflateParameters.clamp(bits))
        } else {
            self.clientMaxWindowBits = clientMaxWindowBits
        }
    }

    var element: ExtensionElement {
        var parameters: [ExtensionElement.Parameter] = []
        if serverNoContextTakeover { parameters.append(.init(name: "server_no_context_takeover")) }
        if clientNoContextTakeover { parameters.append(.init(name: "client_no_context_takeover")) }
        if let serverMaxWindowBits {
            parameters.append(.init(name: "server_max_window_bits", value: String(serverMaxWindowBits)))
        }
        switch clientMaxWindowBits {
        case .notOffered: break
        case .negotiable: parameters.append(.init(name: "client_max_window_bits"))
        case .atMost(let bits): parameters.append(.init(name: "client_max_window_bits", value: String(bits)))
        }
        return ExtensionElement(name: DeflateParameters.extensionName, parameters: parameters)
    }

    /// What an answer means for this offer; nil if it is no answer to it (§7.1.1.1, §7.1.2.1, §7.1.2.2).
    func agreement(with answer: DeflateAnswer) -> DeflateParameters? {
        if serverNoContextTakeover, !answer.serverNoContextTakeover { return nil }
        if let limit = serverMaxWindowBits {
            guard let bits = answer.serverMaxWindowBits, bits <= limit else { return nil }
        }
        var clientBits = answer.clientMaxWindowBits ?? 15
        switch clientMaxWindowBits {
        case .notOffered: if answer.clientMaxWindowBits != nil { return nil }
        case .negotiable: break
        case .atMost(let bits): clientBits = min(clientBits, bits)
        }
        return DeflateParameters(
            serverNoContextTakeover: answer.serverNoContextTakeover,
            clientNoContextTakeover: answer.clientNoContextTakeover || clientNoContextTakeover,
            serverMaxWindowBits: answer.serverMaxWindowBits ?? 15, clientMaxWindowBits: clientBits)
    }
}

extension DeflateOffer {
    /// Reads an offer; nil if a parameter is unknown, repeated or has an invalid value: it must be declined (§7.1).
    init?(_ element: ExtensionElement) {
        self.init(clientMaxWindowBits: .notOffered)
        guard Set(element.parameters.map(\.name)).count == element.parameters.count else { return nil }
        for parameter in element.parameters {
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil): serverNoContextTakeover = true
            case ("client_no_context_takeover", nil): clientNoContextTakeover = true
            case ("server_max_window_bits", let value?):
                guard let bits = DeflateAnswer.windowBits(value) else { return nil }
                serverMaxWindowBits = bits
            case ("client_max_window_bits", nil): clientMaxWindowBits = .negotiable
            case ("client_max_window_bits", let value?):
                guard let bits = DeflateAnswer.windowBits(value) else { return nil }
                clientMaxWindowBits = .atMost(bits)
            default: return nil
            }
        }
    }
}
