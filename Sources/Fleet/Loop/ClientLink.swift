package import Clocks
package import NIOCore
package import SockJS
package import WebSocketCodec
package import Wire

/// A request that a ``ClientLink`` makes.
package enum LinkRequest: Sendable {
    /// One of a SockJS session's.
    case sockJS(SockJSClientSession.Request)
    /// The upgrade to a WebSocket at this target, with the fields of its handshake.
    case upgrade(id: Int, target: String, ClientHandshake)

    /// Its number within the link.
    package var id: Int {
        switch self {
        case .sockJS(let request): request.id
        case .upgrade(let id, _, _): id
        }
    }
}

/// What a ``ClientLink`` asks of the client it is of, and tells it; on the client's loop. The instant is when the bytes
/// came.
package protocol ClientLinkOwner: AnyObject {
    /// The bytes of a request that is about to leave.
    func link(_ link: any ClientLink, bytesOf request: LinkRequest) -> ByteBuffer
    /// The head of an answer has come.
    func link(
        _ link: any ClientLink, answered request: LinkRequest, _ head: ResponseHead, at now: MonotonicClock.Instant)
    /// More of its body has come.
    func link(
        _ link: any ClientLink, received body: ByteBuffer, of request: LinkRequest, at now: MonotonicClock.Instant)
    /// The answer is complete.
    func link(_ link: any ClientLink, completed request: LinkRequest, at now: MonotonicClock.Instant)
    /// A request got no answer, or only a part of one.
    func link(
        _ link: any ClientLink, broke request: LinkRequest, _ error: WireError, at now: MonotonicClock.Instant)
    /// A request was given up before its answer was complete, or its WebSocket before the 101; nothing more is said of it.
    func link(_ link: any ClientLink, gaveUp request: Int, at now: MonotonicClock.Instant)
    /// Whether the owner makes this request by itself. What comes of it, it tells the link: ``SockJSLink/answered(_:_:at:)``
    /// or ``ClientLink/breakOff(_:_:at:)``.
    func link(_ link: any ClientLink, leavesToOwner request: SockJSClientSession.Request) -> Bool
    /// A request was made again on a new connection, since the kept one it was made on had ended meanwhile.
    func link(_ link: any ClientLink, repeated request: LinkRequest, at now: MonotonicClock.Instant)
    /// Something happened to the session.
    func link(_ link: any ClientLink, _ event: LinkEvent, at now: MonotonicClock.Instant)
    /// All that came at once is told, so that ``ClientLink/wakeAt`` may have changed.
    func linkSettled(_ link: any ClientLink, at now: MonotonicClock.Instant)
}

extension ClientLinkOwner {
    /// Nothing to do.
    package func link(_ link: any ClientLink, gaveUp request: Int, at now: MonotonicClock.Instant) {}

    /// It makes none.
    package func link(_ link: any ClientLink, leavesToOwner request: SockJSClientSession.Request) -> Bool { false }
}

/// What happened to the session of a ``ClientLink``.
package enum LinkEvent: Sendable {
    /// Something of a SockJS session.
    case sockJS(SockJSClientSession.Event)
    /// A WebSocket without framing is open.
    case rawOpened
    /// A message of a WebSocket without framing.
    case rawMessage(ByteBuffer)
    /// A WebSocket without framing did not open.
    case rawFailed(SessionEnd)
    /// A WebSocket without framing is over.
    case rawEnded(SessionEnd)
}

/// One session of a client over whatever carries it, driven on the client's event loop without tasks or locks.
package protocol ClientLink: AnyObject {
    /// When to call `wake`; nil while nothing is awaited.
    var wakeAt: MonotonicClock.Instant? { get }
    /// Whether the peer reads slower than it is sent to.
    var isHeldUp: Bool { get }
    /// Begins.
    func start(at now: MonotonicClock.Instant)
    /// Sends a message of this UTF-8, if the session is open. Throws when too much would wait.
    func send(_ utf8: UnsafeRawBufferPointer, at now: MonotonicClock.Instant) throws(SendQueueFull)
    /// Time has passed.
    func wake(at now: MonotonicClock.Instant)
    /// Ends a request under way as if its connection had ended so.
    func breakOff(_ request: Int, _ error: WireError, at now: MonotonicClock.Instant)
    /// Tells when the connection of its WebSocket is closed; nil without one.
    var webSocketClosed: EventLoopFuture<Void>? { get }
    /// Ends the session, or gives it up while it is not open. The owner is told no more, but for requests that are given up.
    func close()
    /// Cuts all its connections without a word, as a browser does that is killed. The owner is told as by ``close()``.
    func cut()
}

/// What all links of an event loop have in common.
package final class LinkLine: Sendable {
    /// How connections are used that an answer leaves open.
    package enum Reuse: Sendable, Hashable {
        /// Not at all: each request has its own.
        case none
        /// As browsers do: for the next request.
        case kept
    }

    /// The loop.
    package let loop: any EventLoop
    /// Makes connections; without a source.
    package let factory: ConnectionFactory
    /// Makes connections for WebSockets; without a source.
    package let webSocketFactory: ConnectionFactory
    /// What is accepted from the peer.
    package let limits: ClientConnection.Limits
    /// How connections are used.
    package let reuse: Reuse
    /// What upgrades offer.
    package let deflateOffers: [DeflateOffer]
    /// What requests say that they take.
    package let encoding: ClientConnection.BodyEncoding

    /// These ways.
    package init(
        loop: any EventLoop, factory: ConnectionFactory, webSocketFactory: ConnectionFactory? = nil,
        limits: ClientConnection.Limits = .init(),
        reuse: Reuse = .kept, deflateOffers: [DeflateOffer] = [], encoding: ClientConnection.BodyEncoding = .asItIs
    ) {
        self.loop = loop
        self.factory = factory
        self.webSocketFactory = webSocketFactory ?? factory
        self.limits = limits
        self.reuse = reuse
        self.deflateOffers = deflateOffers
        self.encoding = encoding
    }

    func open(
        from source: String?, forUpgrade isUpgrade: Bool = false, _ owner: any ClientConnectionOwner
    ) -> ClientConnection {
        var factory = isUpgrade ? webSocketFactory : factory
        factory.source = source
        return ClientConnection.open(factory, on: loop, limits: limits, owner: owner)
    }
}
