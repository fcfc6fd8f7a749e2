import BenchmarkProcess

/// A balancer in front of one node.
struct Contender {
    var name: String
    /// What harness/bench calls its program.
    var program: String
    /// How it is told its ports, in a file if `configuration` is not nil.
    var arguments: @Sendable (_ ports: Ports, _ file: String) -> [String]
    var configuration: (@Sendable (Ports, _ folder: String) -> String)?
    /// Whether it takes a port of its own and tells it.
    var announcesPort = false

    struct Ports {
        var listen: Int
        var node: Int
    }

    static let all = [
        Contender(
            name: "stickler proxy", program: "stickler",
            arguments: { ports, _ in
                ["proxy", "--drain", "1s", "--listen", "127.0.0.1:0", "--node", "127.0.0.1:\(ports.node)"]
            },
            announcesPort: true),
        Contender(
            name: "HAProxy", program: "haproxy", arguments: { _, file in ["-db", "-q", "-f", file] },
            configuration: haproxy),
        Contender(
            name: "relay", program: "RawRelay", arguments: { ports, _ in ["\(ports.node)"] }, announcesPort: true),
        Contender(
            name: "nginx", program: "nginx", arguments: { _, file in ["-e", "stderr", "-c", file] },
            configuration: nginx),
        Contender(
            name: "Envoy", program: "envoy",
            arguments: { _, file in
                ["--concurrency", "1", "--disable-hot-restart", "--log-level", "error", "-c", file]
            },
            configuration: envoy),
    ]

    func command(_ executable: String, _ ports: Ports, file: String) -> ServerProcess.Command {
        ServerProcess.Command(name: name, executable: executable, arguments: arguments(ports, file))
    }
}
