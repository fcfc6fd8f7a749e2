import StickyProxy

extension Mutant {
    static let ofIdleTimes: [Mutant] = [
        Mutant(
            "tunnels-idle-50s", breaks: "idle/tunnel-cutoff", finding: "silent-tunnel-cut",
            summary:
                "Tunnels without a byte for 50 s end, as with HAProxy's usual `timeout client` and `timeout server`."
        ) { $0.limits.tunnelIdle = .seconds(50) },
        Mutant(
            "requests-idle-40s", breaks: "idle/poll-cutoff", finding: "silent-request-cut",
            summary: "Requests without a byte either way for 40 s end without an answer."
        ) { $0.limits.exchangeIdle = .seconds(40) },
        Mutant(
            "client-side-idle-50s", breaks: "idle/one-way", finding: "client-silence-cut",
            summary: "A tunnel ends whose client sends nothing for 50 s, whatever the node sends."
        ) { $0.limits.tunnelSideIdle = .init(client: .seconds(50), node: .seconds(3600)) },
        Mutant(
            "node-side-idle-50s", breaks: "idle/one-way", finding: "node-silence-cut",
            summary: "A tunnel ends whose node sends nothing for 50 s, whatever the client sends."
        ) { $0.limits.tunnelSideIdle = .init(client: .seconds(3600), node: .seconds(50)) },
        Mutant(
            "first-byte-20s", breaks: "idle/first-byte", finding: "slow-answer-lost",
            summary: "A request whose answer has not begun after 20 s gets a 504."
        ) { $0.limits.firstByte = .init(limit: .seconds(20)) },
        Mutant(
            "tunnels-expire-late", breaks: "idle/tunnel-lifetime", finding: "busy-tunnel-cut",
            summary: "A tunnel ends 100 s after it opened, however busy it is."
        ) { $0.limits.tunnelLifetime = .seconds(100) },
    ]
}
