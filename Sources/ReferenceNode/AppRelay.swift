import Clocks
import History
import NIOCore
import Wire

/// Passes a request to the app behind the node, and from then on all bytes of its connection both ways, until either side
/// ends. The head of the answer is stamped as an answer of the node, and bears no further request: what comes behind the
/// first one would not be recorded.
final class AppRelay: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How far it is.
    private enum Phase {
        case connecting
        case awaitingAnswer
        /// The answer is held, since the node is slow.
        case holding
        case relaying
        /// What the client was sent last is on its way.
        case ended
    }

    private let app: Endpoint
    private let request: HTTPRequest
    private let boot: NodeBoot
    private let timer: LoopTimer
    private var phase = Phase.connecting
    private var context: ChannelHandlerContext?
    private var appSide: AppSide?
    /// The head, and what came from the client before the app took connections.
    private var early: ByteBuffer
    private var answer = AppAnswer()
    /// What waits for a slow node.
    private var held = ByteBuffer()
    private var hasAppEnded = false
    /// Nothing is sent behind a 101.
    private var isMute = false
    private var isReadHeld = false
    private var answerDue = MonotonicClock.now

    /// A relay of this request, whose body is to come.
    init(_ request: HTTPRequest, to app: Endpoint, boot: NodeBoot) {
        self.request = request
        self.app = app
        self.boot = boot
        timer = LoopTimer(on: boot.eventLoop)
        let upgrades = request.isUpgrade
        var added = ByteBuffer()
        if !upgrades { added.writeField("Connection", "close") }
        early = RelayedHead(request.head).bytes(
            without: upgrades ? [] : ["connection", "keep-alive", "proxy-connection"], adding: added)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer.onFire { [self] in timerFired() }
        let side = NIOLoopBound(AppSide(self), eventLoop: boot.eventLoop)
        let limit = boot.connectionTimes.appConnect
        ConnectionFactory(target: app, limit: limit)
            .connect(on: boot.eventLoop) { try $0.pipeline.syncOperations.addHandler(side.value) }
            .assumeIsolated().whenComplete { [self] outcome in connected(side.value, outcome) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer.cancel()
    }

    private func connected(_ side: AppSide, _ outcome: Result<any Channel, any Error>) {
        guard phase == .connecting else { return side.close(within: .zero) }
        switch outcome {
        case .success:
            appSide = side
            phase = .awaitingAnswer
            let bytes = early
            early = ByteBuffer()
            side.send(bytes)
            awaitAnswer()
            resumeClient()
        case .failure(let error):
            refuse(502, "the app at \(app) can't be reached: \(systemWords(error))\n")
        }
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .connecting: early.writeImmutableBuffer(bytes)
        case .awaitingAnswer:
            appSide?.send(bytes)
            awaitAnswer()
        case .holding, .relaying: appSide?.send(bytes)
        case .ended: break
        }
    }

    func read(context: ChannelHandlerContext) {
        if phase == .connecting || appSide?.isWritable == false { isReadHeld = true } else { context.read() }
    }

    /// The app takes bytes again.
    func resumeClient() {
        guard isReadHeld, let context else { return }
        isReadHeld = false
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { appSide?.resume() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if phase == .connecting || phase == .awaitingAnswer { boot.recordRelayed(request, status: 0) }
        phase = .ended
        timer.cancel()
        appSide?.close(within: boot.connectionTimes.closing)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: From the app

    /// Whether the client takes bytes now.
    var isClientWritable: Bool { phase != .holding && context?.channel.isWritable ?? true }

    func receive(_ bytes: ByteBuffer) {
        switch phase {
        case .awaitingAnswer:
            answer.receive(bytes)
            readAnswer()
        case .holding: held.writeImmutableBuffer(bytes)
        case .relaying: send(bytes)
        case .connecting, .ended: break
        }
    }

    private func readAnswer() {
        while phase == .awaitingAnswer, let event = answer.next() {
            switch event {
            case .interim(let bytes): send(bytes)
            case .malformed(let what): refuse(502, "the app at \(app) answered no HTTP/1: \(what)\n")
            case .head(let status, let head): begin(status, head)
            }
        }
    }

    private func begin(_ status: Int, _ head: RelayedHead) {
        boot.recordRelayed(request, status: status)
        timer.wake(at: nil)
        var added = ByteBuffer()
        boot.writeStamp(for: request.head, to: &added)
        if status != 101 { added.writeField("Connection", "close") }
        let own: Set = ["x-stickler-node", "x-stickler-boot", "x-stickler-request"]
        held = head.bytes(without: status == 101 ? own : own.union(["connection", "keep-alive"]), adding: added)
        let rest = answer.takeRest()
        isMute = status == 101 && boot.isMute
        if !isMute { held.writeImmutableBuffer(rest) }
        guard let delay = boot.answerDelay, let context else { return release() }
        phase = .holding
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
            if phase == .holding { release() }
        }
    }

    private func release() {
        phase = .relaying
        let bytes = held
        held = ByteBuffer()
        if let context { context.writeAndFlush(NIOAny(bytes), promise: nil) }
        if hasAppEnded { closeBehindLastByte() } else { appSide?.resume() }
    }

    private func send(_ bytes: ByteBuffer) {
        guard !isMute, let context else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// The app's connection is gone.
    func appEnded() {
        hasAppEnded = true
        switch phase {
        case .awaitingAnswer: refuse(502, "the app at \(app) closed its connection without an answer\n")
        case .relaying: closeBehindLastByte()
        case .connecting, .holding, .ended: break
        }
    }

    // MARK: Waiting and ending

    private func awaitAnswer() {
        answerDue = .now + boot.connectionTimes.appAnswer
        timer.wake(at: answerDue)
    }

    private func timerFired() {
        guard phase == .awaitingAnswer else { return }
        guard MonotonicClock.now >= answerDue else { return timer.wake(at: answerDue) }
        let limit = boot.connectionTimes.appAnswer
        refuse(504, "the app at \(app) has not answered for \(limit.inWords)\n")
    }

    /// Answers instead of the app, and closes.
    private func refuse(_ status: Int, _ text: String) {
        boot.recordRelayed(request, status: status)
        let bytes = HTTPResponse.text(status, text).serialized(
            method: request.head.method, version: request.head.version, keepsAlive: false
        ) { boot.writeStamp(for: request.head, to: &$0) }
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        closeBehindLastByte()
    }

    private func closeBehindLastByte() {
        phase = .ended
        timer.wake(at: nil)
        appSide?.close(within: boot.connectionTimes.closing)
        context?.channel.closeBehindLastByte(within: boot.connectionTimes.closing)
    }
}
