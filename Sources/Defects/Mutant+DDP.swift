import StickyProxy

extension Mutant {
    static let ofDDP: [Mutant] = [
        Mutant(
            "tunnels-expire", breaks: "ddp/session-survives", finding: "session-cut",
            summary: "A tunnel ends 30 s after it opened, however busy it is, as with a timeout for whole requests."
        ) { $0.limits.tunnelLifetime = .seconds(30) },
        Mutant(
            "quiet-tunnels-cut", breaks: "ddp/quiet-session", finding: "session-cut",
            summary: "Tunnels without a byte for 18 s end; requests may be idle."
        ) { $0.limits.tunnelIdle = .seconds(18) },
        Mutant(
            "rehomes-late", breaks: "ddp/back-after-kill", finding: "reconnected-late",
            summary: "The cookie of a node that went down is answered 503 for 6.5 s before it leads to another one."
        ) { $0.affinity.deadNode = .rehomedLate(.milliseconds(6_500)) },
        Mutant(
            "client-frame-replayed", breaks: "ddp/methods-run-once", finding: "method-replayed",
            summary: "The second text frame of a client is delivered twice.",
            defect: ReplayedFrame(number: 2, direction: .clientToNode)),
        Mutant(
            "node-frame-dropped", breaks: "ddp/subscriptions-resume", finding: "message-lost",
            summary: "The 19th text frame of a node in a tunnel is not delivered.",
            defect: DroppedFrame(number: 19)),
        Mutant(
            "node-frames-swapped", breaks: "ddp/subscriptions-resume", finding: "message-reordered",
            summary: "The 19th text message of a node in a tunnel is delivered behind the 20th.",
            defect: SwappedFrames(number: 19)),
        Mutant(
            "checks-connect-only", breaks: "ddp/frozen-node", finding: "session-not-moved",
            summary: "A node that accepts connections is taken for healthy, whether or not it answers."
        ) { $0.health.probe?.check = .connect },
        Mutant(
            "tunnels-limited", breaks: "ddp/reconnect-herd", finding: "not-recovered",
            summary: "A node gets 45 tunnels at most; further upgrades are answered 503."
        ) { $0.limits.tunnelsPerNode = 45 },
    ]
}
