import NIOCore
import StickyProxy

/// Damages some text messages of one direction of a tunnel, in frames that come in pieces of any size. What is damaged is
/// held back until it is whole; anything else goes on as it comes, but for the first two bytes of a message.
struct MessageTransform: StreamTransform {
    /// Which messages are damaged.
    enum Choice: Sendable {
        /// Those of the whole proxy that a lottery draws.
        case drawn(DamageLottery)
        /// The one that is reached after so many of this tunnel, counted from 1.
        case number(Int)
    }

    /// Longer messages aren't damaged: most of the damage holds back what it is done to.
    static let maximumLength = 1 << 20

    private enum Mode {
        /// Goes on as it comes.
        case passing
        /// What it is shows when two bytes of it are there.
        case unknown(ByteBuffer)
        case dropping
        /// Held back until it is whole.
        case holding(ByteBuffer)
    }

    private let damage: MessageDamage
    private var choice: Choice
    private var scanner = FrameScanner()
    private var mode = Mode.passing
    private var frame: FrameScanner.Header?
    /// A message that waits for the next one to overtake it.
    private var overtaken: ByteBuffer?

    init(_ damage: MessageDamage, choice: Choice) {
        self.damage = damage
        self.choice = choice
    }

    mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
        var passed = ByteBuffer()
        for segment in scanner.scan(bytes) {
            switch segment {
            case .header(let header): begin(header, &passed)
            case .payload(let payload): take(payload, &passed)
            case .end: end(&passed)
            }
        }
        return TransformedBytes(passed)
    }

    // MARK: Frames

    private mutating func begin(_ header: FrameScanner.Header, _ passed: inout ByteBuffer) {
        frame = header
        if header.isControl {
            // No frame of SockJS's has another one inside.
            if case .unknown(let bytes) = mode { decide(.message, bytes, &passed) }
            release(&passed)
            passed.writeImmutableBuffer(header.bytes)
            return
        }
        if !header.isContinuation {
            let isMessage = header.isText && !header.isCompressed && header.length <= UInt64(Self.maximumLength)
            if !isMessage { release(&passed) }
            mode = isMessage ? .unknown(ByteBuffer()) : .passing
        }
        write(header.bytes, &passed)
    }

    private mutating func take(_ payload: ByteBuffer, _ passed: inout ByteBuffer) {
        if frame?.isControl == true {
            passed.writeImmutableBuffer(payload)
        } else {
            write(payload, &passed)
            if case .unknown(let bytes) = mode, let opening = Opening(bytes) { decide(opening, bytes, &passed) }
        }
    }

    private mutating func end(_ passed: inout ByteBuffer) {
        guard let frame, !frame.isControl, frame.isFinal else { return }
        if case .unknown(let bytes) = mode { decide(Opening(whole: bytes), bytes, &passed) }
        finish(&passed)
        mode = .passing
    }

    private mutating func write(_ bytes: ByteBuffer, _ passed: inout ByteBuffer) {
        switch mode {
        case .passing: passed.writeImmutableBuffer(bytes)
        case .dropping: break
        case .unknown(var held):
            mode = .passing
            held.writeImmutableBuffer(bytes)
            mode = .unknown(held)
        case .holding(var held):
            // A second reference would make each piece copy all that is held.
            mode = .passing
            held.writeImmutableBuffer(bytes)
            if held.readableBytes <= 2 * Self.maximumLength {
                mode = .holding(held)
            } else {
                passed.writeImmutableBuffer(held)
            }
        }
    }

    // MARK: Messages

    /// The beginning of a message shows what it is.
    private mutating func decide(_ opening: Opening, _ bytes: ByteBuffer, _ passed: inout ByteBuffer) {
        guard case .message = opening else {
            release(&passed)
            return pass(bytes, &passed)
        }
        // What overtakes another one is left alone, though it counts.
        guard choice.chooses(), overtaken == nil else { return pass(bytes, &passed) }
        if case .dropped = damage {
            mode = .dropping
        } else {
            mode = .holding(bytes)
        }
    }

    private mutating func pass(_ bytes: ByteBuffer, _ passed: inout ByteBuffer) {
        mode = .passing
        passed.writeImmutableBuffer(bytes)
    }

    /// The message is whole.
    private mutating func finish(_ passed: inout ByteBuffer) {
        switch mode {
        case .unknown: break
        case .passing:
            guard overtaken != nil else { return }
            choice.damaged()
            release(&passed)
        case .dropping: choice.damaged()
        case .holding(let message): damage(message, &passed)
        }
    }

    private mutating func damage(_ message: ByteBuffer, _ passed: inout ByteBuffer) {
        switch damage {
        case .dropped: break
        case .swapped: overtaken = message
        case .replayed:
            choice.damaged()
            passed.writeImmutableBuffer(message)
            passed.writeImmutableBuffer(message)
        case .altered: deliver(MessageText(frames: message).altered(), inPlaceOf: message, &passed)
        case .replaced(let unwanted, let substitute):
            let text = MessageText(frames: message)
            deliver(text.replacing(unwanted, by: substitute), inPlaceOf: message, &passed)
        }
    }

    private func deliver(_ altered: ByteBuffer?, inPlaceOf message: ByteBuffer, _ passed: inout ByteBuffer) {
        if altered != nil { choice.damaged() }
        passed.writeImmutableBuffer(altered ?? message)
    }

    /// Delivers what was held back for the next message.
    private mutating func release(_ passed: inout ByteBuffer) {
        if let overtaken { passed.writeImmutableBuffer(overtaken) }
        overtaken = nil
    }
}

extension MessageTransform.Choice {
    /// Counts a message, and says whether it is to be damaged.
    fileprivate mutating func chooses() -> Bool {
        switch self {
        case .drawn(let lottery): return lottery.draws()
        case .number(let left):
            self = .number(left - 1)
            return left == 1
        }
    }

    /// One that was chosen is damaged now.
    fileprivate func damaged() {
        if case .drawn(let lottery) = self { lottery.damaged() }
    }
}

/// What the beginning of a text message shows.
private enum Opening {
    case message
    /// One of SockJS's own frames: open, heartbeat or close.
    case ofSockJS

    /// Of the first frame and whatever follows it; nil while too little is there.
    init?(_ bytes: ByteBuffer) {
        var scanner = FrameScanner()
        guard case .header(let header)? = scanner.scan(bytes).first, !header.isMasked else {
            self = .message
            return
        }
        let start = bytes.readerIndex + header.bytes.readableBytes
        let text = header.length < 2 ? MessageText(frames: bytes).bytes : bytes.getBytes(at: start, length: 2) ?? []
        guard text.count >= 2 else { return nil }
        self = text.starts(with: "c[".utf8) ? .ofSockJS : .message
    }

    /// Of a whole message of less than two bytes, or in frames of such.
    init(whole bytes: ByteBuffer) {
        let text = MessageText(frames: bytes).bytes
        self = text == [UInt8(ascii: "o")] || text == [UInt8(ascii: "h")] ? .ofSockJS : .message
    }
}
