@testable import WebSocketCodec

extension WebSocketConnection {
    /// A connection without a handshake before it.
    init(
        role: WebSocketRole, limits: WebSocketLimits = .init(), delivery: WebSocketDelivery = .whole,
        maskingKeys: MaskingKeySource = .random,
        deflate: DeflateParameters? = nil, deflateTuning: DeflateTuning = .init(),
        deflateContexts: DeflateContextPool? = nil, timing: WebSocketTiming = .init()
    ) {
        self.init(
            HandshakeAgreement(role: role, deflate: deflate), limits: limits, delivery: delivery,
            maskingKeys: maskingKeys,
            deflateTuning: deflateTuning, deflateContexts: deflateContexts, timing: timing)
    }
}

extension ServerHandshake.Decision {
    /// What was agreed, nil for a rejection.
    var agreement: HandshakeAgreement? {
        if case .accept(_, let agreement) = self { agreement } else { nil }
    }
}
