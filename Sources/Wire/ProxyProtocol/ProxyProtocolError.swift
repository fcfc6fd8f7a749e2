/// Why the beginning of a connection is no header of the PROXY protocol; the connection must be dropped then.
package enum ProxyProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The connection begins with something else.
    case missing
    /// v1: no CR LF among the first 107 bytes.
    case lineTooLong
    /// v1: a CR without LF behind it, or an LF without CR before it.
    case lineEnd
    /// v1: the protocol is none of `TCP4`, `TCP6` and `UNKNOWN`.
    case family
    /// v1: not two addresses and two ports, one blank between them.
    case fields
    /// v1: an address that is not one of its family in digits.
    case address
    /// v1: a port that is no number from 0 to 65535, or has a leading zero.
    case port
    /// v2: another version in the high half of this byte.
    case version(UInt8)
    /// v2: another command than `LOCAL` and `PROXY` in the low half of this byte.
    case command(UInt8)
    /// v2: a family or protocol that is not assigned, in this byte.
    case protocolByte(UInt8)
    /// v2: fewer bytes than the addresses take.
    case tooShort(Int, needed: Int)
    /// v2: more bytes than are accepted.
    case tooLong(Int, limit: Int)

    /// What was expected, and what to do.
    package var description: String {
        switch self {
        case .missing:
            "expected a PROXY protocol header at the beginning of the connection; let what is in front of the proxy "
                + "send one (HAProxy: send-proxy or send-proxy-v2), or expect none of clients"
        case .lineTooLong: "expected CR LF within 107 bytes of a PROXY line"
        case .lineEnd: "expected CR LF at the end of a PROXY line, got CR or LF alone"
        case .family: "expected TCP4, TCP6 or UNKNOWN in a PROXY line"
        case .fields: "expected two addresses and two ports in a PROXY line, one blank between them"
        case .address: "expected addresses of the family that the PROXY line names, in digits"
        case .port: "expected ports from 0 to 65535 in a PROXY line, without leading zeros"
        case .version(let byte): "expected version 2 behind the signature of a PROXY header, got byte \(Self.hex(byte))"
        case .command(let byte): "expected LOCAL or PROXY as command of a PROXY header, got byte \(Self.hex(byte))"
        case .protocolByte(let byte):
            "expected a family up to 3 and a protocol up to 2 in a PROXY header, got byte \(Self.hex(byte))"
        case .tooShort(let length, let needed):
            "expected at least \(needed) bytes of addresses in a PROXY header, got \(length)"
        case .tooLong(let length, let limit):
            "expected at most \(limit) bytes behind the first 16 of a PROXY header, got \(length); let the sender leave "
                + "out what it adds to the addresses, such as certificates"
        }
    }

    private static func hex(_ byte: UInt8) -> String { "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
