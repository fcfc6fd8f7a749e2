import Clocks
import Fleet
import History
import NIOPosix
import SockJS
import Testing
import Wire

/// Our client against a server that shares no line of code with us.
@Suite(.serialized, .tags(.foreignPeer), .timeLimit(.minutes(2)), .enabled(if: DebianPackage.areInstalled(.nodeSockJS)))
struct NodeSockJSTests {
    static let http = ClientTransport.allCases.filter { $0 != .websocket }
    static let patience = Duration.seconds(20)

    static let cornerCases: [SockJSMessage] = [
        "plain", "", "é ü ß", "漢字かな", "😀 𝒳", "quote \" backslash \\ slash /", "tab\tline\nreturn\r",
        "\u{0}\u{1f}\u{7f}", "\u{200c}\u{200f}\u{2028}\u{2029}\u{202f}\u{2060}\u{feff}", "100% %0A %25",
        "</scri", "<!-- &amp; $key", SockJSMessage(utf16: [0xD83D]),
        SockJSMessage(utf16: [0x61, 0xDE00, 0xD83D, 0x62]),
    ]

    static func client(_ target: Endpoint, _ recorder: HistoryRecorder = HistoryRecorder()) -> VirtualClient {
        VirtualClient(
            name: "c", target: .init(endpoint: target), source: nil, seed: .random(in: .min ... .max),
            loop: MultiThreadedEventLoopGroup.singleton.next(), recorder: recorder)
    }

    /// Opens a session on one transport, or fails with what came instead.
    static func session(
        _ client: VirtualClient, _ transport: ClientTransport, service: String = "/echo",
        pace: SockJSCarrier.Pace = .continuous
    ) async throws -> any Carrier {
        var options = ClientOptions(ladder: [transport])
        // A busy machine is no reason to fall back here.
        options.leastTransportDeadline = patience
        return try await SockJSConnector(service: service, options: options, pace: pace)
            .connect(client, session: client.nextSessionName()).get()
    }

    static func end(of carrier: any Carrier, within limit: Duration = patience) async -> CarrierError? {
        do throws(CarrierError) {
            _ = try await carrier.receive(within: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: Front.installed)
    func `every transport brings every message back, on the node that opened the session`(front: Front) async throws {
        try await NodeSockJSServer.with(3) { nodes in
            try await front.with(nodes) { target in
                for transport in ClientTransport.allCases {
                    let recorder = HistoryRecorder()
                    let carrier = try await Self.session(Self.client(target, recorder), transport)
                    for message in Self.cornerCases {
                        try await carrier.send(message: message)
                        let back = try await carrier.receiveMessage(within: Self.patience)
                        #expect(back == message, "\(transport.rawValue)")
                    }
                    await carrier.close()
                    let seen = recorder.history.events.compactMap { event -> String? in
                        guard case .responseReceived(let response) = event.kind, response.status < 300 else {
                            return nil
                        }
                        return response.nodeID
                    }
                    let sessions = recorder.history.events.compactMap { event -> SessionOpened? in
                        if case .sessionOpened(let opened) = event.kind { return opened }
                        return nil
                    }
                    #expect(sessions.map(\.transport) == [.sockJS(transport)])
                    // The first answer, that of info, may set the cookie of another node than its own.
                    #expect(Set(seen.dropFirst()) == Set([carrier.nodeID ?? "none"]), "\(transport.rawValue): \(seen)")
                }
            }
        }
    }

    @Test(arguments: Front.installed)
    func `a stream goes on in the next answer when one is full`(front: Front) async throws {
        try await NodeSockJSServer.with(3) { nodes in
            try await front.with(nodes) { target in
                for transport in ClientTransport.allCases.filter(\.isStreaming) {
                    let recorder = HistoryRecorder()
                    let carrier = try await Self.session(Self.client(target, recorder), transport)
                    let messages = (1...40).map { NumberedPayload.text($0, String(repeating: "x", count: 200)) }
                    for message in messages { try await carrier.send(message) }
                    for message in messages {
                        let back = try await carrier.receive(within: Self.patience)
                        #expect(back == message, "\(transport.rawValue)")
                    }
                    await carrier.close()
                    let ends = recorder.history.events.compactMap { event -> Int? in
                        guard case .frameReceived(let frame) = event.kind, frame.frame == .end else { return nil }
                        return frame.bytes
                    }
                    #expect(ends.count >= 1 && ends.allSatisfy { $0 > 4096 }, "\(transport.rawValue): \(ends)")
                }
            }
        }
    }

    @Test(arguments: Front.installed) func `the server's close reaches the client`(front: Front) async throws {
        try await NodeSockJSServer.with(3) { nodes in
            try await front.with(nodes) { target in
                for transport in ClientTransport.allCases {
                    let carrier = try await Self.session(Self.client(target), transport, service: "/close")
                    let end = await Self.end(of: carrier)
                    #expect(end == .closed(code: 3000, reason: "Go away!"), "\(transport.rawValue)")
                }
            }
        }
    }

    @Test(arguments: http) func `heartbeats come, and the session goes on`(transport: ClientTransport) async throws {
        try await NodeSockJSServer.with(1, options: .init(heartbeatDelay: 200)) { nodes in
            let recorder = HistoryRecorder()
            let client = Self.client(nodes[0], recorder)
            let carrier = try await Self.session(client, transport)
            let deadline = MonotonicClock.now + Self.patience
            func heartbeats() -> Int {
                recorder.history.events.count {
                    if case .frameReceived(let frame) = $0.kind { return frame.frame == .heartbeat }
                    return false
                }
            }
            while heartbeats() < 2, MonotonicClock.now < deadline { try await client.pause(.milliseconds(20)) }
            #expect(heartbeats() >= 2)
            try await carrier.send("still there")
            let back = try await carrier.receive(within: Self.patience)
            #expect(back == "still there")
            await carrier.close()
        }
    }

    @Test(arguments: [ClientTransport.xhrPolling, .xhrStreaming, .jsonpPolling, .htmlfile])
    func `the server forgets a session whose receive request the client cut`(transport: ClientTransport) async throws {
        try await NodeSockJSServer.with(1) { nodes in
            let carrier = try await Self.session(Self.client(nodes[0]), transport)
            let session = try #require(carrier as? SockJSCarrier)
            let deadline = MonotonicClock.now + Self.patience
            var end: CarrierError? = .timedOut
            // A request that is cut before the server has it changes nothing, so it is cut again.
            while end == .timedOut, MonotonicClock.now < deadline {
                await session.abortReceive()
                end = await Self.end(of: session, within: .milliseconds(300))
            }
            #expect(end == .closed(code: 1006, reason: "Server lost session"))
        }
    }

    @Test(arguments: [
        ("/echo", ClientOptions.sockJS, "websocket"), ("/disabled_websocket_echo", .sockJS, "xhr-streaming"),
        ("/disabled_websocket_echo", .meteor, "xhr-polling"),
    ])
    func `the ladder leads to the first transport that the server has`(
        service: String, options: ClientOptions, transport: String
    ) async throws {
        try await NodeSockJSServer.with(1) { nodes in
            let recorder = HistoryRecorder()
            var options = options
            options.leastTransportDeadline = Self.patience
            let carrier = try await SockJSConnector(service: service, options: options, pace: .continuous)
                .connect(Self.client(nodes[0], recorder), session: "s").get()
            let opened = recorder.history.events.compactMap { event -> String? in
                if case .sessionOpened(let opened) = event.kind { return opened.transport.rawValue }
                return nil
            }
            #expect(opened == [transport])
            await carrier.close()
        }
    }

    @Test(arguments: [
        (ClientProfile.CookiePolicy.jar, "JSESSIONID=dummy"), (.crossSite, ""), (.none, ""),
    ])
    func `the server's cookie is kept as the client's policy says`(
        policy: ClientProfile.CookiePolicy, cookies: String
    ) async throws {
        try await NodeSockJSServer.with(1) { nodes in
            let client = Self.client(nodes[0])
            client.profile = ClientProfile(cookies: policy)
            let carrier = try await Self.session(client, .xhrPolling, service: "/cookie_needed_echo")
            #expect(client.cookies.map { "\($0.name)=\($0.value)" }.joined(separator: " ") == cookies)
            await carrier.close()
        }
    }
}
