import Clocks
import History
import NIOCore
import SockJS
import WebSocketCodec
import Wire

/// Drives one WebSocket after its handshake: the codec below, SockJS framing or none, the application above.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a WebSocket carries.
    struct Service {
        var application: SessionApplication.Kind
        /// SockJS framing with these times; nil for raw messages.
        var sockJS: ServerTiming?
        /// The SockJS session; nil takes a new name.
        var session: String?
        /// Text sent together with the 101.
        var firstFrame: ByteBuffer?
        /// Nothing is ever sent after the 101.
        var isMute = false
    }

    private let service: Service
    private let boot: NodeBoot
    private let name: String
    private let timer: LoopTimer
    private var head: ByteBuffer
    private var context: ChannelHandlerContext?
    private var socket: SocketWriter?
    /// What is sent after the end is dropped, as Meteor's node does; the end itself is recorded.
    private var connection: WebSocketConnection
    private var framing: WebSocketSession?
    private var application: SessionApplication
    /// Frames are written here on their way to the codec.
    private var scratch: [UInt8] = []
    private static let scratchLimit = 4_096
    private var isReadHeld = false
    /// Messages of one frame whose turn has not come.
    private var waiting: ArraySlice<SockJSMessage> = []
    /// There is more to be done once the other connections have had their turn.
    private var isResting = false
    private var isClosing = false
    private var hasEnded = false

    init(_ service: Service, _ agreement: HandshakeAgreement, boot: NodeBoot, head: ByteBuffer) {
        self.service = service
        self.boot = boot
        self.head = head
        self.connection = WebSocketConnection(agreement)
        self.framing = service.sockJS.map { WebSocketSession(timing: $0) }
        self.application = SessionApplication(service.application, boot: boot)
        self.name = service.session ?? application.id
        self.timer = LoopTimer(on: boot.eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer.onFire { [self] in timerFired() }
        if let text = service.firstFrame, !service.isMute {
            try? connection.sendText(text)
            if var frame = connection.takeOutput() { head.writeBuffer(&frame) }
        }
        let socket = SocketWriter(context)
        self.socket = socket
        socket.write(head)
        head = ByteBuffer()
        boot.recordOpened(session: name, transport: service.sockJS == nil ? .rawWebSocket : .websocket)
        frame(.started)
        perform(application.opened())
        flush()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer.cancel()
        self.context = nil
        socket = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
        drain()
    }

    func read(context: ChannelHandlerContext) {
        isReadHeld = true
        readOn(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readOn(context)
        context.fireChannelWritabilityChanged()
    }

    /// Reads what was asked for, unless what came before is to be dealt with first.
    private func readOn(_ context: ChannelHandlerContext) {
        guard isReadHeld, !isResting, context.channel.isWritable else { return }
        isReadHeld = false
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.receiveEOF()
        drain()
        timer.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func drain() {
        guard !isResting else { return }
        var budget = WorkBudget()
        while true {
            guard budget.take() else {
                rest()
                break
            }
            if let message = waiting.popFirst() {
                receive(message)
            } else if let event = connection.nextEvent() {
                handle(event)
            } else {
                break
            }
        }
        flush()
    }

    /// Goes on once the loop has looked at the other connections.
    private func rest() {
        isResting = true
        boot.eventLoop.assumeIsolated().scheduleTask(in: WorkBudget.rest) { [self] in
            isResting = false
            drain()
            if let context { readOn(context) }
        }
    }

    private func handle(_ event: WebSocketEvent) {
        switch event {
        case .text(let bytes): text(bytes)
        case .binary(let bytes): binary(bytes)
        // Messages are asked for as wholes.
        case .ping, .piece: break
        case .pong: frame(.pong)
        case .closeReceived(let status):
            end(CloseStatus(code: status?.code ?? .noStatusReceived, reason: status?.reason ?? ""), byClient: true)
        case .failed(let violation):
            end(CloseStatus(code: violation.closeCode, reason: violation.detail), byClient: false)
        case .ended(let status): end(status, byClient: true)
        }
    }

    private func text(_ bytes: ByteBuffer) {
        if framing != nil { return framed(bytes) }
        let text = Array(bytes.readableBytesView)
        if service.application == .echo, let status = Self.closeRequest(bytes) {
            boot.recordMessage(text, session: name)
            return connection.close(status)
        }
        boot.recordMessage(text, session: name)
        switch service.application {
        case .echo:
            if let speech = Self.speech(bytes) { return say(speech.count, every: speech.pause) }
            try? connection.sendText(bytes)
        case .ddp, .close: perform(application.receive(SockJSMessage(decoding: text), at: .now))
        }
    }

    /// The way of almost all texts, which changes no timer.
    private func framed(_ text: ByteBuffer) {
        guard service.application == .echo,
            let messages = text.withUnsafeReadableBytes({ framing?.messages(in: $0) })
        else {
            return frame(.text(Array(text.readableBytesView)))
        }
        if messages.count == 1 { receive(messages[0]) } else { waiting = messages[...] }
    }

    private func binary(_ bytes: ByteBuffer) {
        // Meteor reads binary messages as text.
        guard service.application == .echo, framing == nil else { return text(bytes) }
        boot.recordMessage(Array(bytes.readableBytesView), session: name)
        try? connection.sendBinary(bytes)
    }

    /// `close:4001:some reason` asks for a close with that code and reason.
    private static func closeRequest(_ bytes: ByteBuffer) -> CloseStatus? {
        guard bytes.readableBytes <= 256, bytes.readableBytesView.starts(with: "close:".utf8) else { return nil }
        let parts = String(buffer: bytes).split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let code = UInt16(parts[1]) else { return nil }
        let status = CloseStatus(code: CloseCode(rawValue: code), reason: parts.count == 3 ? String(parts[2]) : "")
        return status.code.mayAppearOnTheWire ? status : nil
    }

    /// `say:3:1000` asks for three texts, each a second behind the one before.
    private static func speech(_ bytes: ByteBuffer) -> (count: Int, pause: TimeAmount)? {
        guard bytes.readableBytes <= 32, bytes.readableBytesView.starts(with: "say:".utf8) else { return nil }
        let parts = String(buffer: bytes).split(separator: ":").dropFirst().compactMap { Int64($0) }
        guard parts.count == 2, (1...1_000).contains(parts[0]), (1...600_000).contains(parts[1]) else { return nil }
        return (Int(parts[0]), .milliseconds(parts[1]))
    }

    private func say(_ count: Int, every pause: TimeAmount) {
        guard count > 0 else { return }
        boot.eventLoop.assumeIsolated().scheduleTask(in: pause) { [weak self] in
            guard let self, !hasEnded else { return }
            try? connection.sendText("said")
            flush()
            say(count - 1, every: pause)
        }
    }

    private func frame(_ event: WebSocketSession.Event) {
        for action in framing?.handle(event, at: .now) ?? [] {
            switch action {
            case .frame(let sent): try? connection.sendText(ByteBuffer(bytes: sent.bytes))
            case .ping: try? connection.sendPing(ByteBuffer())
            case .deliver(let messages): waiting = messages[...]
            case .closed(let code, let reason): end(Self.status(code, reason), byClient: false)
            case .closeWebSocket(let code, let reason): connection.close(Self.status(code, reason))
            }
        }
        rearm()
    }

    private func receive(_ message: SockJSMessage) {
        boot.recordMessage(message.bytes, session: name)
        guard service.application == .echo else { return perform(application.receive(message, at: .now)) }
        scratch.removeAll(keepingCapacity: scratch.capacity <= Self.scratchLimit)
        if framing?.writeFrame(for: message, to: &scratch) == true {
            _ = scratch.withUnsafeBytes { try? connection.sendText($0) }
        }
    }

    private func perform(_ outputs: [SessionApplication.Output]) {
        for output in outputs {
            switch (output, framing != nil) {
            case (.send(let message), true): frame(.send(message))
            case (.send(let message), false): try? connection.sendText(message.string)
            case (.close(let code, let reason), true): frame(.close(code: code, reason: reason))
            case (.close(let code, let reason), false): close(code: code, reason: reason)
            }
        }
        rearm()
    }

    private func close(code: Int, reason: String) {
        end(Self.status(code, reason), byClient: false)
        connection.close(Self.status(code, reason))
    }

    private static func status(_ code: Int, _ reason: String) -> CloseStatus {
        CloseStatus(code: CloseCode(rawValue: UInt16(clamping: code)), reason: reason)
    }

    private func timerFired() {
        perform(application.timerFired(at: .now))
        frame(.timerFired)
        flush()
    }

    private func rearm() {
        guard !hasEnded else { return timer.wake(at: nil) }
        let due = framing?.wakeAt
        timer.wake(at: application.wakeAt.map { other in due.map { min($0, other) } ?? other } ?? due)
    }

    private func flush() {
        guard let context else { return }
        let output = connection.takeOutput()
        if service.isMute { return }
        if let output {
            socket?.write(output)
            connection.reuse(output)
        }
        guard connection.shouldCloseTransport, !isClosing else { return }
        isClosing = true
        // An empty write that is done tells that all before it is.
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    }

    private func end(_ status: CloseStatus, byClient: Bool) {
        if hasEnded { return }
        hasEnded = true
        frame(.ended)
        boot.recordClosed(session: name, code: Int(status.code.rawValue), reason: status.reason, byClient: byClient)
    }
}
