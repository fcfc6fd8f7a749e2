import BenchmarkProcess

/// A program that plays many clients of a server.
struct FleetPeer {
    /// What its clients do.
    enum Mode: String {
        /// Each keeps a WebSocket message of 32 bytes on its way.
        case echo
        /// Each has an upgraded connection, and says nothing.
        case idle
        /// Each keeps a message of 32 bytes on its way through SockJS's xhr-polling: one request that brings it, answered
        /// with 204, and one that fetches it.
        case polling
        /// Each has a poll that waits, and says nothing.
        case idlePolling = "idle-polling"
        /// Each has a session of Meteor's protocol, over SockJS's WebSocket, and calls nothing.
        case idleMeteor = "idle-ddp"

        /// Whether the server is a node of ours, since the one in C knows no DDP.
        var needsNode: Bool { self == .idleMeteor }
    }

    /// What a run asks for.
    struct Order {
        var port: Int
        var clients: Int
        var mode: Mode
        /// Where it may write, and finds the requests of ours.
        var folder: String

        var address: String { "127.0.0.1:\(port)" }
    }

    var name: String
    /// What harness/bench calls its program; where that is not given, the peer is told to be missing.
    var program: String
    var modes: [Mode]
    /// The command line behind the program. It runs until it is ended, and connects as fast as it can.
    var arguments: @Sendable (Order) -> [String]

    static let all = [
        FleetPeer(
            name: "stickler stress", program: "stickler", modes: [.echo, .idle, .polling, .idlePolling, .idleMeteor],
            arguments: stress),
        FleetPeer(name: "raw NIO", program: "RawClient", modes: [.echo, .idle]) { order in
            ["\(order.port)", "\(order.clients)", order.mode.rawValue, SeenRequests.file(.upgrade, in: order.folder)]
        },
        FleetPeer(name: "tsung", program: "tsung", modes: [.echo, .idle]) { order in
            ["\(order.port)", "\(order.clients)", order.mode.rawValue, "\(order.folder)/tsung"]
        },
        FleetPeer(name: "k6", program: "k6", modes: [.echo, .idle]) { order in
            [
                "run", "--quiet", "--no-summary", "--no-usage-report", "--address", "127.0.0.1:0", "-e",
                "URL=ws://\(order.address)/echo", "-e", "CLIENTS=\(order.clients)", "-e", "MODE=\(order.mode.rawValue)",
                "harness/peers/fleet/clients.js",
            ]
        },
        FleetPeer(name: "picows on uvloop", program: "picows", modes: [.echo, .idle], arguments: python("picows")),
        FleetPeer(name: "websockets", program: "websockets", modes: [.echo, .idle], arguments: python("websockets")),
        FleetPeer(name: "wrk", program: "wrk", modes: [.polling]) { order in
            [
                "-t", "1", "-c", "\(order.clients)", "-d", "3600s", "-s", "harness/peers/fleet/requests.lua",
                "http://\(order.address)/", "--", SeenRequests.file(.send, in: order.folder),
                SeenRequests.file(.poll, in: order.folder), "\(order.port)",
            ]
        },
    ]

    /// The runs must be of the plainest kind: no ramp, no pause, and where the server has WebSockets without framing, those.
    /// Idle sessions come at the rate of tsung's: when all come at once, what they need only then is never given back.
    @Sendable static func stress(_ order: Order) -> [String] {
        let transport =
            switch order.mode {
            case .echo, .idle: ["--mix", "raw-websocket", "--raw-path", "/echo"]
            case .polling, .idlePolling: ["--mix", "xhr-polling"]
            case .idleMeteor: ["--mix", "websocket", "--application", "ddp"]
            }
        let talks = order.mode == .echo || order.mode == .polling
        let ramp = talks || order.mode == .idle ? "0s" : "\(order.clients)ms"
        return [
            "stress", "--url", "http://\(order.address)", "--clients", "\(order.clients)", "--ramp", ramp, "--duration",
            "1h", "--think", talks ? "0s" : "24h", "--size", "32",
        ] + transport
    }

    private static func python(_ library: String) -> @Sendable (Order) -> [String] {
        { order in
            [
                "harness/peers/fleet/clients.py", library, "ws://\(order.address)/echo", "\(order.clients)",
                order.mode.rawValue,
            ]
        }
    }
}
