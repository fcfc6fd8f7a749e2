import Clocks
import History
import NIOCore
import SockJS
import WebSocketCodec
import Wire

/// The requests of one session that are under way on connections of its link, and what is recorded of them. An answer is
/// recorded when it is complete, that of a stream with its head.
struct ExchangeLog {
    /// A request that is under way.
    struct Exchange {
        let requestID: String
        let request: LinkRequest
        /// As it was sent.
        let target: String
        let leg: RequestLeg
        /// When it is broken off.
        let deadline: MonotonicClock.Instant?
        fileprivate(set) var head: ResponseHead?
        fileprivate(set) var isRecorded = false
        /// Of the body.
        fileprivate(set) var bytes = 0
        fileprivate var excerpt: [UInt8] = []

        /// Whether its answer carries frames, one behind the other, as long as it goes on.
        var isStream: Bool {
            guard request.isReceive, case .sockJS(let request) = request else { return false }
            return request.transport?.isStreaming ?? false
        }
    }

    private static let excerptLimit = 512

    private let client: VirtualClient
    private let session: String
    private var underWay: [Int: Exchange] = [:]
    /// Whether an answer came that there was no room to record.
    private(set) var isFull = false

    init(client: VirtualClient, session: String) {
        self.client = client
        self.session = session
    }

    /// Whether nothing is under way.
    var isEmpty: Bool { underWay.isEmpty }

    /// The next deadline of a request.
    var deadline: MonotonicClock.Instant? { underWay.values.compactMap(\.deadline).min() }

    /// Numbers of all requests that this is true of.
    func numbers(where isMeant: (Exchange) -> Bool) -> [Int] { underWay.filter { isMeant($0.value) }.keys.sorted() }

    /// The name in the history of a request under way.
    func requestID(of number: Int) -> String? { underWay[number]?.requestID }

    /// Whether frames may have come that belong to an answer which is not recorded yet.
    var isReading: Bool {
        underWay.values.contains { $0.request.isReceive && $0.head != nil && !$0.isRecorded }
    }

    /// Records a request that leaves, and gives its bytes.
    mutating func begin(_ request: LinkRequest, deadline: MonotonicClock.Instant?) -> ByteBuffer {
        let leg = request.leg
        let (sent, requestID) = client.prepare(
            request.method, request.target, headers: request.fields, body: request.body, leg,
            isUpgrade: request.isUpgrade)
        client.recordSent(
            sent, requestID, RequestPlan(label: request.label, session: session), client.nextConnectionID())
        underWay[request.id] = Exchange(
            requestID: requestID, request: request, target: sent.target, leg: leg, deadline: deadline)
        return sent.bytes
    }

    /// The head of an answer has come; the outcome, where it is recorded already.
    mutating func answered(_ number: Int, _ head: ResponseHead, at now: MonotonicClock.Instant) -> RequestOutcome? {
        guard var exchange = underWay[number] else { return nil }
        exchange.head = head
        defer { underWay[number] = exchange }
        guard exchange.isStream, head.status == 200 else { return nil }
        exchange.isRecorded = true
        return record(exchange, head, at: now)
    }

    /// More of its body has come.
    mutating func received(_ number: Int, _ body: ByteBuffer) {
        underWay[number]?.bytes += body.readableBytes
        let room = Self.excerptLimit - (underWay[number]?.excerpt.count ?? Self.excerptLimit)
        if room > 0 { underWay[number]?.excerpt += body.readableBytesView.prefix(room) }
    }

    /// An answer is complete; the outcome, unless it was recorded with the head.
    mutating func completed(
        _ number: Int, at now: MonotonicClock.Instant
    ) -> (exchange: Exchange, outcome: RequestOutcome?)? {
        guard let exchange = underWay.removeValue(forKey: number) else { return nil }
        guard !exchange.isRecorded, let head = exchange.head else { return (exchange, nil) }
        return (exchange, record(exchange, head, at: now))
    }

    /// A request got no whole answer.
    mutating func broke(
        _ number: Int, _ error: WireError, at now: MonotonicClock.Instant
    ) -> (exchange: Exchange, outcome: RequestOutcome)? {
        guard let exchange = underWay.removeValue(forKey: number) else { return nil }
        return (exchange, client.failed(error, exchange.requestID, at: now))
    }

    /// A request is given up before its answer was complete; a stream whose head is recorded just ends.
    mutating func gaveUp(
        _ number: Int, isOutOfTime: Bool, at now: MonotonicClock.Instant
    ) -> (exchange: Exchange, outcome: RequestOutcome?)? {
        let error = isOutOfTime ? timeOut(of: number) : .closed("the client gave the request up")
        guard let exchange = underWay.removeValue(forKey: number) else { return nil }
        return (exchange, exchange.isRecorded ? nil : client.failed(error, exchange.requestID, at: now))
    }

    /// What is said of a request that has no more time.
    func timeOut(of number: Int) -> WireError {
        .timedOut("an answer to \(underWay[number]?.request.line ?? "a request")")
    }

    private mutating func record(
        _ exchange: Exchange, _ head: ResponseHead, at now: MonotonicClock.Instant
    ) -> RequestOutcome {
        let seen = ResponseReceived(
            requestID: exchange.requestID, status: head.status, fields: head.allFields,
            body: String(decoding: exchange.excerpt, as: UTF8.self), bodyBytes: exchange.bytes)
        do throws(WireError) {
            try client.recordAnswer(
                seen, cookies: head.values("set-cookie"), requestPath: exchange.target, exchange.leg, at: now)
            return .response(seen, body: seen.body)
        } catch {
            isFull = true
            return client.failed(error, exchange.requestID, at: now)
        }
    }
}

extension LinkRequest {
    /// Whether its answer carries frames of the session.
    var isReceive: Bool {
        guard case .sockJS(let request) = self else { return false }
        return request.purpose == .open || request.purpose == .receive
    }

    /// Whether it opens a WebSocket.
    var isUpgrade: Bool { if case .upgrade = self { true } else { false } }

    /// Whether it carries messages to the server.
    var isSend: Bool {
        guard case .sockJS(let request) = self else { return false }
        return request.purpose == .send
    }

    /// Its target as the session names it.
    var target: String {
        switch self {
        case .sockJS(let request): request.target
        case .upgrade(_, let target, _): target
        }
    }

    fileprivate var method: String {
        switch self {
        case .sockJS(let request): request.method
        case .upgrade: "GET"
        }
    }

    /// "METHOD target", for people.
    var line: String { "\(method) \(target)" }

    fileprivate var body: String? {
        switch self {
        case .sockJS(let request): request.contentType == nil ? nil : request.body
        case .upgrade: nil
        }
    }

    fileprivate var fields: [(name: String, value: String)] {
        switch self {
        case .sockJS(let request): request.fields
        case .upgrade(_, _, let handshake): handshake.requestHeaders.map { ($0.name, $0.value) }
        }
    }

    fileprivate var label: RequestLabel {
        switch self {
        case .sockJS(let request): request.label
        case .upgrade: .upgrade
        }
    }

    fileprivate var leg: RequestLeg {
        switch self {
        case .sockJS(let request): request.leg
        case .upgrade: .page
        }
    }
}

extension SockJSClientSession.Request {
    /// The fields that it has beside those of every request.
    var fields: [(name: String, value: String)] { contentType.map { [("Content-Type", $0)] } ?? [] }

    /// What checkers know it by.
    var label: RequestLabel {
        switch purpose {
        case .info: .info
        case .iframePage: .iframe
        case .open: .pollOpen
        case .receive: .poll
        case .send: .send
        }
    }

    /// The part of the browser that makes it.
    var leg: RequestLeg {
        guard let transport else { return .page }
        switch purpose {
        case .info: return .page
        case .iframePage: return .element
        case .open, .receive: return RequestLeg(receiving: transport.receiving, inIframe: transport.usesIframe)
        case .send: return RequestLeg(receiving: transport.sending, inIframe: transport.usesIframe)
        }
    }
}
