/// How a server answers offers of permessage-deflate.
public struct DeflateServerPolicy: Hashable, Sendable {
    /// Start each message of the server with an empty window, asked for or not.
    public var serverNoContextTakeover: Bool
    /// Ask the client to start each message with an empty window.
    public var clientNoContextTakeover: Bool
    /// The largest window of the server's compressor, 8–15.
    public var serverMaxWindowBits: Int
    /// The window the client's compressor is limited to, 8–15, if its offer allows that.
    public var clientMaxWindowBits: Int

    /// A policy; by default every valid offer is accepted as it is. Window bits are brought into 8–15.
    public init(
        serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false, serverMaxWindowBits: Int = 15,
        clientMaxWindowBits: Int = 15
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = DeflateParameters.clamp(serverMaxWindowBits)
        self.clientMaxWindowBits = DeflateParameters.clamp(clientMaxWindowBits)
    }

    /// What the first valid offer leads to, and the element that answers it; nil declines.
    func answer(to elements: [ExtensionElement]) -> (parameters: DeflateParameters, element: ExtensionElement)? {
        for element in elements where element.name == DeflateParameters.extensionName {
            guard let offer = DeflateOffer(element) else { continue }
            let agreed = parameters(for: offer)
            return (agreed, agreed.answer(namesServerWindow: offer.serverMaxWindowBits != nil))
        }
        return nil
    }

    private func parameters(for offer: DeflateOffer) -> DeflateParameters {
        let clientBits =
            switch offer.clientMaxWindowBits {
            case .notOffered: 15
            case .negotiable: clientMaxWindowBits
            case .atMost(let bits): min(bits, clientMaxWindowBits)
            }
        return DeflateParameters(
            serverNoContextTakeover: serverNoContextTakeover || offer.serverNoContextTakeover,
            clientNoContextTakeover: clientNoContextTakeover || offer.clientNoContextTakeover,
            serverMaxWindowBits: min(serverMaxWindowBits, offer.serverMaxWindowBits ?? 15),
            clientMaxWindowBits: clientBits)
    }
}
