import NIOCore
import NIOHTTP1
import Wire

/// The requests of one client connection, one after the other: which is under way, which wait, whether the connection
/// may be read, and when it ends.
struct ClientRequestQueue {
    /// What the connection is for. Each state but `over` may also lead to `lingering` and `over`.
    private enum State {
        /// No request is under way. → receiving
        case idle
        /// A request is under way, and more of it is to come. → answering, discarding, idle
        case receiving
        /// A request is under way of which no more is taken. → idle
        case answering
        /// The rest of an answered request is read and dropped. → idle
        case discarding
        /// The last answer is written; what still comes is dropped.
        case lingering
        /// Not ours any more: a tunnel, or closed.
        case over
    }

    /// Who may use the event loop.
    private enum Turn {
        case ready
        /// Requests are being taken; nothing in between may begin that anew.
        case taking
        /// Others have their turn before this connection goes on.
        case yielded
    }

    /// What comes next.
    enum Step: Sendable, Equatable {
        case none
        /// Begin an exchange.
        case begin(RequestHead)
        /// Give this to the exchange.
        case forward(RequestPart)
        /// Let the exchange give up, with this answer if none was begun.
        case refuse(LocalAnswer)
        /// Answer without an exchange, and close behind that.
        case answerAndClose(LocalAnswer)
        /// Close so that the client gets all of the last answer.
        case close
        /// Take the next request, but not at once: the event that ended the last one is still being handled.
        case takeNext
        /// Call ``ClientRequestQueue/resume()`` when others have had their turn.
        case yield
        /// Close at once.
        case abort
    }

    private let limits: Behavior.Limits
    private var state = State.idle
    private var turn = Turn.ready
    private var reader: RequestReader
    private var budget: WorkBudget
    private var patience: ClientPatience
    /// Whether the channel asked for bytes that may not be read yet.
    private var readIsPending = false
    /// Where an address may have so many connections only, whether this is one too many.
    private var isOneTooMany = false

    init(_ limits: Behavior.Limits, lengths: Behavior.Requests.Lengths = .oneOnly) {
        self.limits = limits
        reader = RequestReader(limits, lengths: lengths)
        budget = WorkBudget(parts: limits.partsPerTurn)
        patience = ClientPatience(limits)
    }

    /// The client's address has as many connections as it may.
    mutating func foundNoPlace() { isOneTooMany = true }

    // MARK: Bytes

    /// Bytes came.
    mutating func receive(_ bytes: ByteBuffer) {
        patience.received(bytes.readableBytes)
        switch state {
        case .idle, .receiving, .answering, .discarding: reader.receive(bytes)
        case .lingering, .over: break
        }
    }

    /// All bytes came that there were.
    mutating func receivedAll() { budget.refill() }

    /// The channel asks for bytes; if they may not be read yet, ``takePendingRead()`` tells when they may.
    mutating func askToRead() -> Bool {
        readIsPending = !mayRead
        return mayRead
    }

    /// Whether a read that was held back may go on.
    mutating func takePendingRead() -> Bool {
        guard readIsPending, mayRead else { return false }
        readIsPending = false
        return true
    }

    private var mayRead: Bool {
        switch state {
        case .idle, .receiving, .answering, .discarding: reader.unreadBytes < limits.pendingBytes
        case .lingering, .over: true
        }
    }

    // MARK: Requests in order

    /// Begins to take requests; false if that is going on already, or others have their turn.
    mutating func beginTurn() -> Bool {
        guard turn == .ready else { return false }
        turn = .taking
        return true
    }

    /// Whether requests are being taken.
    var isTaking: Bool { turn == .taking }

    mutating func endTurn() {
        if turn == .taking { turn = .ready }
    }

    /// Others have had their turn.
    mutating func resume() {
        turn = .ready
        budget.refill()
    }

    /// What the next part of a request leads to, if the exchange under way can take it.
    mutating func next(exchangeTakes: Bool) -> Step {
        while turn == .taking, wantsPart(exchangeTakes) {
            guard budget.take() else {
                turn = .yielded
                return .yield
            }
            let part: RequestPart?
            do throws(RequestFault) {
                part = try reader.next()
            } catch {
                return refuse(error.answer)
            }
            guard let part else { return .none }
            switch (state, part) {
            case (.idle, .head(let head)): return begin(head)
            case (.receiving, .end):
                state = .answering
                return .forward(part)
            case (.receiving, _): return .forward(part)
            case (.discarding, .end): state = .idle
            case (.idle, _), (.discarding, _), (.answering, _), (.lingering, _), (.over, _): break
            }
        }
        return .none
    }

    private func wantsPart(_ exchangeTakes: Bool) -> Bool {
        switch state {
        case .idle: reader.unreadBytes > 0
        case .receiving: exchangeTakes
        case .discarding: true
        case .answering, .lingering, .over: false
        }
    }

    private mutating func begin(_ head: RequestHead) -> Step {
        if head.method == .CONNECT { return answerAndClose(.methodNotAllowed) }
        if isOneTooMany { return answerAndClose(.tooManyConnections) }
        guard head.isHTTP10 || head.contains("host") else { return answerAndClose(.badRequest) }
        state = .receiving
        return .begin(head)
    }

    /// Nothing more can be served; the present request gets this answer if none was begun.
    private mutating func refuse(_ answer: LocalAnswer) -> Step {
        switch state {
        case .receiving, .answering:
            state = .answering
            return .refuse(answer)
        case .idle: return answerAndClose(answer)
        case .discarding: return close()
        case .lingering, .over: return .none
        }
    }

    private mutating func answerAndClose(_ answer: LocalAnswer) -> Step {
        _ = close()
        return .answerAndClose(answer)
    }

    private mutating func close() -> Step {
        state = .lingering
        _ = reader.takeRest()
        return .close
    }

    /// Ends the connection if no request is under way or begun.
    mutating func endIfIdle() -> Step { state == .idle && reader.unreadBytes == 0 ? close() : .none }

    /// Whether there is something to do before more bytes come.
    var hasMore: Bool { reader.unreadBytes > 0 || readIsPending || state != .idle }

    // MARK: The exchange under way

    /// A part of an answer is on its way to the client.
    mutating func sent() { patience.sent() }

    /// The exchange's answer is written.
    mutating func answered(keepsAlive: Bool) -> Step {
        switch state {
        case .receiving where keepsAlive: state = .discarding
        case .answering where keepsAlive: state = .idle
        case .receiving, .answering: return close()
        case .idle, .discarding, .lingering, .over: return .none
        }
        return .takeNext
    }

    /// The exchange's answer ended too early, which only the connection's end can tell.
    mutating func truncated() -> Step { state == .over ? .none : close() }

    /// The connection is closed, or not ours any more; what was not read is for whoever reads on.
    mutating func leave() -> ByteBuffer {
        state = .over
        return reader.takeRest()
    }

    // MARK: Time

    /// Some time passed, at whose end a node may wait for more of the request.
    mutating func passed(_ elapsed: Duration, nodeWaits: Bool) -> Step {
        switch patience.passed(elapsed, waitingFor: wait(nodeWaits)) {
        case .none: .none
        case .close: .abort
        case .refuse: refuse(.tooSlow)
        }
    }

    private func wait(_ nodeWaits: Bool) -> ClientPatience.Wait {
        switch state {
        case .idle: reader.unreadBytes > 0 ? .head(after: reader.heads) : .request
        case .receiving: nodeWaits ? .body : .answer
        case .discarding: .body
        case .answering, .lingering, .over: .answer
        }
    }
}
