import Clocks
import NIOCore
import NIOPosix
import SockJS
import Testing
import WebSocketCodec
import Wire

@testable import Fleet

@Suite("A SockJS session on an event loop", .timeLimit(.minutes(1)))
struct SockJSLinkTests {
    static let info = #"{"websocket":true,"origins":["*:*"],"cookie_needed":false,"entropy":1}"#

    @Test func `A session on a WebSocket keeps no other connection`() async throws {
        let answers = [AnsweringServer.Answer.http(200, Self.info), .upgraded(AnsweringServer.Answer.text("o"))]
        try await AnsweringServer.running(answers) { server, _, _ in
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let (events, told) = AsyncStream<String>.makeStream()
            let client = try await loop.submit {
                let client = LinkedClient(of: server, on: loop, told)
                client.link.start(at: .now)
                return NIOLoopBound(client, eventLoop: loop)
            }.get()

            for await event in events where event == "opened" { break }
            // The connection of the info: but for the WebSocket's there is no other to end.
            for await _ in server.ends { break }

            #expect(server.requests.count == 2)
            #expect(try await loop.submit { client.value.link.transport }.get() == .websocket)
            try await loop.submit { client.value.link.cut() }.get()
        }
    }
}

/// A client that only listens.
private final class LinkedClient: ClientLinkOwner {
    private let told: AsyncStream<String>.Continuation
    private(set) lazy var link = SockJSLink(line, from: nil, session: session, owner: self)
    private let line: LinkLine
    private let session: SockJSClientSession

    init(of server: AnsweringServer, on loop: any EventLoop, _ told: AsyncStream<String>.Continuation) {
        self.told = told
        line = LinkLine(loop: loop, factory: ConnectionFactory(target: server.endpoint))
        var options = ClientOptions.sockJS
        // The client's own 0.6 s can pass on a busy machine before it sees its answer.
        options.leastTransportDeadline = long
        session = SockJSClientSession(
            SockJSClientSession.Configuration(options: options, service: "/sockjs", host: "a"),
            names: ClientRandom(seed: 1, name: ""), marks: MarkGenerator(using: ClientRandom(seed: 2, name: "")))
    }

    func link(_ link: any ClientLink, bytesOf request: LinkRequest) -> ByteBuffer {
        switch request {
        case .sockJS(let request):
            var text = RequestText(request.method, request.target)
            text.finish(method: request.method, body: request.body)
            return text.bytes
        case .upgrade(_, let target, let handshake):
            var text = RequestText("GET", target)
            for header in handshake.requestHeaders { text.add(header.name, header.value) }
            text.finish(method: "GET")
            return text.bytes
        }
    }

    func link(_ link: any ClientLink, _ event: LinkEvent, at now: MonotonicClock.Instant) {
        if case .sockJS(.opened) = event { told.yield("opened") }
    }

    func link(
        _ link: any ClientLink, answered request: LinkRequest, _ head: ResponseHead, at now: MonotonicClock.Instant
    ) {}
    func link(
        _ link: any ClientLink, received body: ByteBuffer, of request: LinkRequest, at now: MonotonicClock.Instant
    ) {}
    func link(_ link: any ClientLink, completed request: LinkRequest, at now: MonotonicClock.Instant) {}
    func link(
        _ link: any ClientLink, broke request: LinkRequest, _ error: WireError, at now: MonotonicClock.Instant
    ) {}
    func link(_ link: any ClientLink, repeated request: LinkRequest, at now: MonotonicClock.Instant) {}
    func linkSettled(_ link: any ClientLink, at now: MonotonicClock.Instant) {}
}
