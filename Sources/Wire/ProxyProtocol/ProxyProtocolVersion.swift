/// A form of the PROXY protocol's header (proxy-protocol.txt of HAProxy, §2). A receiver tells them apart by their first
/// byte.
package enum ProxyProtocolVersion: String, Sendable, Hashable, CaseIterable {
    /// A line of text (§2.1).
    case v1
    /// A binary block (§2.2).
    case v2

    private static let text = Array("PROXY ".utf8)
    private static let binary: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// What every header of this form begins with.
    var signature: [UInt8] {
        switch self {
        case .v1: Self.text
        case .v2: Self.binary
        }
    }
}
