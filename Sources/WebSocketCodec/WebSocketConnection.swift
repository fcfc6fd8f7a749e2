public import Clocks
public import NIOCore

/// One end of a WebSocket connection after the opening handshake, without sockets, clocks or tasks.
///
/// Feed bytes with ``receive(_:)``, take events with ``nextEvent()`` until nil, then let time in with ``advance(to:)``,
/// then do what ``nextAction()`` says until nil. Input is worked off by `nextEvent()`; back-pressure is to stop reading
/// while output waits.
public struct WebSocketConnection: Sendable {
    private var decoder: FrameDecoder
    private var encoder: FrameEncoder
    private var assembler: MessageAssembler
    private var deflater: Deflater?
    private var machine: CloseMachine
    private var controlPayload = ByteBuffer()
    private var output = ByteBuffer()
    private var hasReachedEOF = false
    private var timers: ConnectionTimers
    private var hasHeard = false
    /// What ``nextAction()`` has told already.
    private var told = CloseMachine.Ending.keep
    /// Storage beyond this is not kept for what may never come.
    private static let reuseLimit = 4_096

    /// Bytes that came after the peer's Close frame or after a violation, and were ignored.
    public private(set) var ignoredBytes: UInt64 = 0

    /// What was waited for in vain: the transport is then to be closed at once, whether the output is written or not.
    public private(set) var timeout: WebSocketTimeout?

    /// The connection that an opening handshake has led to; pass bytes that came behind its head to ``receive(_:)``.
    ///
    /// - Parameters:
    ///   - agreement: what ``ServerHandshake`` or ``ClientHandshake`` has agreed on.
    ///   - limits: what is accepted from the peer.
    ///   - delivery: whether messages are handed over as wholes or in pieces.
    ///   - maskingKeys: a client's source of masking keys.
    ///   - deflateTuning: how this end compresses and inflates.
    ///   - deflateContexts: where contexts wait between messages without context takeover; nil keeps them here.
    ///   - timing: how long to wait for the peer, for those who call ``advance(to:)``.
    public init(
        _ agreement: HandshakeAgreement, limits: WebSocketLimits = .init(), delivery: WebSocketDelivery = .whole,
        maskingKeys: MaskingKeySource = .random,
        deflateTuning: DeflateTuning = .init(), deflateContexts: DeflateContextPool? = nil,
        timing: WebSocketTiming = .init()
    ) {
        let role = agreement.role
        let deflate = agreement.deflate
        decoder = FrameDecoder(receiver: role, limits: limits, allowsRSV1: deflate != nil)
        encoder = FrameEncoder(sender: role, maskingKeys: maskingKeys)
        assembler = MessageAssembler(
            limits: limits,
            inflater: deflate.map {
                Inflater(
                    windowBits: $0.windowBits(of: role.peer), forgetsAfterMessage: $0.noContextTakeover(of: role.peer),
                    enforcement: deflateTuning.windowEnforcement, pool: deflateContexts)
            }, delivery: delivery)
        deflater = deflate.map {
            Deflater(
                windowBits: $0.windowBits(of: role), forgetsAfterMessage: $0.noContextTakeover(of: role),
                tuning: deflateTuning, pool: deflateContexts)
        }
        machine = CloseMachine(role: role)
        timers = ConnectionTimers(timing: timing)
    }

    /// Data may still be sent: neither end has closed, failed or ended, and the peer was not given up.
    public var isOpen: Bool { machine.isOpen && timeout == nil }

    /// The transport is to be closed once the output is written: for a server after the closing handshake or a
    /// failure, for a client after a failure (the server closes TCP first, RFC 6455 §7.1.1), for both after the end or a
    /// ``timeout``. For a transport whose directions can't be ended one by one; ``nextAction()`` is for the others.
    public var shouldCloseTransport: Bool { machine.shouldCloseTransport || timeout != nil }

    // MARK: Receiving

    /// Takes bytes of the transport, split in any way.
    public mutating func receive(_ bytes: ByteBuffer) {
        hasHeard = true
        if machine.isReceiving {
            decoder.receive(bytes)
        } else {
            ignoredBytes &+= UInt64(bytes.readableBytes)
        }
    }

    /// Notes that the peer will send no more; `.ended` follows once the input is worked off.
    public mutating func receiveEOF() {
        hasReachedEOF = true
    }

    /// The next event, nil when the input is worked off. Violations are events, never traps.
    public mutating func nextEvent() -> WebSocketEvent? {
        if machine.isReceiving, let message = decoder.nextWholeMessage(upTo: assembler.longestWholeMessage) {
            do throws(WebSocketViolation) {
                return try MessageAssembler.whole(
                    isText: message.isText, payload: message.payload, offset: message.offset)
            } catch {
                return fail(error)
            }
        }
        return nextEventInParts()
    }

    @inline(never)
    private mutating func nextEventInParts() -> WebSocketEvent? {
        while machine.isReceiving {
            do throws(WebSocketViolation) {
                if let piece = try assembler.nextPiece() { return piece }
                guard let part = try decoder.nextPart() else { break }
                if let event = try handle(part) { return event }
            } catch {
                return fail(error)
            }
        }
        guard hasReachedEOF, let status = machine.end() else { return nil }
        return .ended(status)
    }

    private mutating func fail(_ violation: WebSocketViolation) -> WebSocketEvent {
        perform(machine.fail(violation))
        discardInput()
        return .failed(violation)
    }

    private mutating func handle(_ part: FramePart) throws(WebSocketViolation) -> WebSocketEvent? {
        if part.header.opcode.isControl { return try handleControl(part) }
        return try assembler.receive(part)
    }

    @inline(never)
    private mutating func handleControl(_ part: FramePart) throws(WebSocketViolation) -> WebSocketEvent? {
        if part.isFirst { controlPayload = ByteBuffer() }
        part.write(to: &controlPayload)
        guard part.isLast else { return nil }
        let payload = controlPayload
        controlPayload = ByteBuffer()
        switch part.header.opcode {
        case .ping:
            // Due even after this end has sent its own Close (§5.5.2).
            encoder.encode(.pong, payload: payload, into: &output)
            return .ping(payload)
        case .connectionClose:
            let start = part.streamOffset - UInt64(part.payloadOffset)
            let status = try CloseStatus.read(payload, at: start)
            perform(machine.receiveClose(status))
            discardInput()
            return .closeReceived(status)
        default:
            return .pong(payload)
        }
    }

    private mutating func discardInput() {
        ignoredBytes &+= UInt64(decoder.discardInput())
        assembler.discard()
    }

    // MARK: Sending

    /// Queues a text message.
    ///
    /// - Throws: why the connection takes no more; it does exactly when it is not ``isOpen``.
    public mutating func sendText(_ text: String) throws(WebSocketNotOpen) {
        try send(.text, ByteBuffer(string: text))
    }

    /// Queues a text message whose bytes the caller knows to be UTF-8 (they are not validated again).
    ///
    /// - Throws: why the connection takes no more.
    public mutating func sendText(_ utf8: ByteBuffer) throws(WebSocketNotOpen) {
        try send(.text, utf8)
    }

    /// Queues a text message whose bytes the caller knows to be UTF-8, wherever they stand.
    ///
    /// - Throws: why the connection takes no more.
    public mutating func sendText(_ utf8: UnsafeRawBufferPointer) throws(WebSocketNotOpen) {
        if deflater != nil { return try send(.text, ByteBuffer(bytes: utf8)) }
        guard machine.isOpen, timeout == nil else { throw Self.refusal(machine, timeout) }
        encoder.encode(.text, payload: utf8, into: &output)
    }

    /// Queues a binary message.
    ///
    /// - Throws: why the connection takes no more.
    public mutating func sendBinary(_ bytes: ByteBuffer) throws(WebSocketNotOpen) {
        try send(.binary, bytes)
    }

    /// Queues a ping. Only the first 125 bytes of the payload are sent (§5.5).
    ///
    /// - Throws: why the connection takes no more.
    public mutating func sendPing(_ payload: ByteBuffer) throws(WebSocketNotOpen) {
        let length = min(payload.readableBytes, 125)
        try send(.ping, payload.getSlice(at: payload.readerIndex, length: length) ?? ByteBuffer())
    }

    /// Queues a frame exactly as given, in any state: the way to break a rule on purpose.
    public mutating func sendRaw(_ frame: RawFrame) {
        frame.write(to: &output)
    }

    /// Queues a Close frame; idempotent. Messages of the peer are still delivered until its own Close frame.
    ///
    /// - Parameter status: nil sends an empty payload, as does a code that may not appear on the wire.
    public mutating func close(_ status: CloseStatus?) {
        perform(machine.close(status))
    }

    /// What to do with the transport next; nil when there is nothing until more has come in or was queued.
    ///
    /// What is queued is to be written; then, for a server after the closing handshake and for both ends after a
    /// failure, the transport lingers until the peer ends it too or ``timeout`` passes, and is closed (RFC 6455 §7.1.1,
    /// §7.1.7). A client whose closing handshake is done waits for the server. `linger` and `close` come once each, and
    /// nothing is written behind them. The timeout needs ``advance(to:)``.
    public mutating func nextAction() -> WebSocketAction? {
        if told == .close { return nil }
        if timeout == nil, told == .keep, let bytes = takeOutput() { return .write(bytes) }
        switch timeout == nil ? machine.ending : .close {
        case .linger where hasReachedEOF, .close:
            told = .close
            return .close
        case .linger where told == .keep:
            told = .linger
            return .linger
        case .keep, .linger: return nil
        }
    }

    /// Everything queued, in one buffer; nil if nothing is.
    public mutating func takeOutput() -> ByteBuffer? {
        if output.readableBytes == 0 { return nil }
        let taken = output
        output = ByteBuffer()
        return taken
    }

    /// Takes the buffer of ``takeOutput()`` back once it is written, so that its storage serves again.
    public mutating func reuse(_ written: consuming ByteBuffer) {
        guard output.capacity == 0, written.capacity <= Self.reuseLimit else { return }
        written.clear()
        output = written
    }

    // MARK: Time

    /// When ``advance(to:)`` is due next, as of its last call; nil when nothing is awaited.
    public var wakeAt: MonotonicClock.Instant? { timeout == nil ? timers.wakeAt : nil }

    /// Lets time pass: queues a ping after silence, and notes a ``timeout``.
    ///
    /// Call it once at the start, after each turn that received or sent something, and when the time it returned has
    /// come. Deadlines count from the first call that sees their cause. Without calls there are no timers.
    ///
    /// - Returns: when to call again at the latest, nil if there is no need to.
    @discardableResult
    public mutating func advance(to now: MonotonicClock.Instant) -> MonotonicClock.Instant? {
        guard timeout == nil else { return nil }
        let heard = hasHeard
        hasHeard = false
        switch timers.advance(to: now, wait: machine.wait, heard: heard) {
        case .none: break
        case .ping: encoder.encode(.ping, payload: ByteBuffer(), into: &output)
        case .giveUp(let reason): timeout = reason
        }
        return wakeAt
    }

    private mutating func send(_ opcode: Opcode, _ payload: ByteBuffer) throws(WebSocketNotOpen) {
        // Not through `isOpen`, which would copy the whole struct.
        guard machine.isOpen, timeout == nil else { throw Self.refusal(machine, timeout) }
        if !opcode.isControl, let compressed = deflater?.compress(payload) {
            encoder.encode(opcode, payload: compressed, rsv1: true, into: &output)
            return
        }
        encoder.encode(opcode, payload: payload, into: &output)
    }

    private static func refusal(_ machine: CloseMachine, _ timeout: WebSocketTimeout?) -> WebSocketNotOpen {
        WebSocketNotOpen(timeout == nil ? machine.refusal ?? .ended : .timedOut)
    }

    private mutating func perform(_ action: CloseMachine.Action) {
        switch action {
        case .none: break
        case .sendClose(let status):
            encoder.encode(.connectionClose, payload: status?.payload ?? ByteBuffer(), into: &output)
        }
    }
}
