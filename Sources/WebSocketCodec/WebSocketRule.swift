/// A rule of RFC 6455 or RFC 7692 (or a limit of this end) that a peer can break.
///
/// The raw value is a stable name for reports.
public enum WebSocketRule: String, Sendable, Hashable, CaseIterable {
    /// RSV1–3 are 0 unless an extension gives them a meaning (§5.2).
    case reservedBits = "reserved-bits"
    /// RSV1 of permessage-deflate stands on the first frame of a message only (RFC 7692 §6).
    case compressedBitMisplaced = "compressed-bit-misplaced"
    /// Opcodes 3–7 and 11–15 are not defined (§5.2).
    case reservedOpcode = "reserved-opcode"
    /// Control frames are not fragmented (§5.5).
    case controlFrameFragmented = "control-frame-fragmented"
    /// Control frames carry at most 125 bytes (§5.5).
    case controlFrameTooLong = "control-frame-too-long"
    /// A continuation needs a message under way (§5.4).
    case continuationWithoutMessage = "continuation-without-message"
    /// A new message may not begin before the last one has ended (§5.4).
    case messageInsideMessage = "message-inside-message"
    /// Every frame of a client is masked (§5.1).
    case maskMissing = "mask-missing"
    /// No frame of a server is masked (§5.1).
    case maskForbidden = "mask-forbidden"
    /// The length uses the shortest of its three forms (§5.2).
    case lengthNotMinimal = "length-not-minimal"
    /// The top bit of a 64-bit length is 0 (§5.2).
    case lengthTopBitSet = "length-top-bit-set"
    /// A Close payload is empty or has a 2-byte code (§5.5.1).
    case closePayloadTooShort = "close-payload-too-short"
    /// Some codes may not appear in a Close frame (§7.4).
    case closeCodeNotAllowed = "close-code-not-allowed"
    /// The reason of a Close frame is UTF-8 (§5.5.1).
    case closeReasonNotUTF8 = "close-reason-not-utf8"
    /// A text message is UTF-8 (§5.6, §8.1).
    case textNotUTF8 = "text-not-utf8"
    /// A frame is longer than `WebSocketLimits.maximumFrameBytes`.
    case frameTooBig = "frame-too-big"
    /// A message is longer than `WebSocketLimits.maximumMessageBytes`.
    case messageTooBig = "message-too-big"
    /// A message has more frames than `WebSocketLimits.maximumFragments`.
    case tooManyFragments = "too-many-fragments"
    /// A compressed message is not DEFLATE data (RFC 7692 §7.2.2, RFC 1951).
    case deflateDataInvalid = "deflate-data-invalid"
    /// A compressed message ends at a block boundary (RFC 7692 §7.2.1, §7.2.2).
    case deflateDataTruncated = "deflate-data-truncated"

    /// The code to close with when the rule is broken (§7.4.1).
    public var closeCode: CloseCode {
        switch self {
        case .closeReasonNotUTF8, .textNotUTF8, .deflateDataInvalid, .deflateDataTruncated: .invalidPayload
        case .frameTooBig, .messageTooBig: .messageTooBig
        case .tooManyFragments: .policyViolation
        default: .protocolError
        }
    }

    /// Where the rule stands, or which knob of `WebSocketLimits` sets it.
    public var source: String {
        switch self {
        case .reservedBits, .reservedOpcode, .lengthNotMinimal, .lengthTopBitSet: "RFC 6455 §5.2"
        case .maskMissing, .maskForbidden: "RFC 6455 §5.1"
        case .controlFrameFragmented, .controlFrameTooLong: "RFC 6455 §5.5"
        case .continuationWithoutMessage, .messageInsideMessage: "RFC 6455 §5.4"
        case .closePayloadTooShort, .closeReasonNotUTF8: "RFC 6455 §5.5.1"
        case .closeCodeNotAllowed: "RFC 6455 §7.4"
        case .textNotUTF8: "RFC 6455 §8.1"
        case .compressedBitMisplaced: "RFC 7692 §6"
        case .deflateDataInvalid, .deflateDataTruncated: "RFC 7692 §7.2.2"
        case .frameTooBig: "WebSocketLimits.maximumFrameBytes"
        case .messageTooBig: "WebSocketLimits.maximumMessageBytes"
        case .tooManyFragments: "WebSocketLimits.maximumFragments"
        }
    }
}
