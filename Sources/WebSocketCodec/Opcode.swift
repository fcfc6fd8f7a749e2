/// What a frame carries (RFC 6455 §5.2). Values 3–7 and 11–15 are reserved and have no case.
public enum Opcode: UInt8, Sendable, Hashable, CaseIterable {
    /// The next fragment of the message that is under way.
    case continuation = 0x0
    /// The first (or only) frame of a UTF-8 message.
    case text = 0x1
    /// The first (or only) frame of a binary message.
    case binary = 0x2
    /// The Close frame of the closing handshake (§5.5.1).
    case connectionClose = 0x8
    /// Ping (§5.5.2).
    case ping = 0x9
    /// Pong (§5.5.3).
    case pong = 0xA

    /// The opcode in the first byte of a header, nil for a reserved one. The synthesized `init(rawValue:)` is a call.
    @inline(__always)
    init?(headerByte: UInt8) {
        switch headerByte & 0x0F {
        case 0x0: self = .continuation
        case 0x1: self = .text
        case 0x2: self = .binary
        case 0x8: self = .connectionClose
        case 0x9: self = .ping
        case 0xA: self = .pong
        default: return nil
        }
    }

    /// Whether this is a control frame: at most 125 bytes, never fragmented, allowed between fragments (§5.5).
    public var isControl: Bool { rawValue & 0x8 != 0 }
}
