import BenchmarkProcess

/// A program that plays many clients of a server.
struct FleetPeer {
    /// What its clients do.
    enum Mode: String {
        /// Each keeps a WebSocket message of 32 bytes on its way.
        case echo
        /// Each has an upgraded connection, and says nothing.
        case idle
        /// Each keeps an HTTP request on its way, on a connection that stays.
        case requests
    }

    /// What a run asks for.
    struct Order {
        var port: Int
        var clients: Int
        var mode: Mode
        /// Where it may write.
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
        // The runs must be of the plainest kind: no ramp, no pause, and WebSockets without framing, as the server has them.
        FleetPeer(name: "stickler stress", program: "stickler", modes: [.echo, .idle]) { order in
            [
                "stress", "--url", "http://\(order.address)", "--raw-path", "/echo", "--clients", "\(order.clients)",
                "--ramp", "0s", "--duration", "1h", "--think", order.mode == .idle ? "1h" : "0s", "--size", "32",
                "--mix", "raw-websocket",
            ]
        },
        FleetPeer(name: "raw NIO", program: "RawClient", modes: [.echo, .idle]) { order in
            ["\(order.port)", "\(order.clients)", order.mode.rawValue]
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
        FleetPeer(name: "wrk", program: "wrk", modes: [.requests]) { order in
            [
                "-t", "1", "-c", "\(order.clients)", "-d", "3600s", "-s", "harness/peers/fleet/requests.lua",
                "http://\(order.address)/echo/000/session/xhr_send",
            ]
        },
    ]

    private static func python(_ library: String) -> @Sendable (Order) -> [String] {
        { order in
            [
                "harness/peers/fleet/clients.py", library, "ws://\(order.address)/echo", "\(order.clients)",
                order.mode.rawValue,
            ]
        }
    }
}
