import StickyProxy

extension Mutant {
    static let ofUpgradesAndTunnels: [Mutant] = [
        Mutant(
            "upgrade-outside-sockjs-stripped", breaks: "upgrade/reaches-node", finding: "upgrade-not-forwarded",
            summary: "Upgrades are forwarded below /sockjs only; elsewhere the fields are stripped."
        ) {
            $0.upgrade.paths = [.prefix("/sockjs/")]
        },
        Mutant(
            "connection-header-exact", breaks: "upgrade/keep-alive-connection-header",
            finding: "upgrade-not-forwarded",
            summary: "An upgrade is recognised only if Connection holds nothing but \"upgrade\"."
        ) { $0.upgrade.connection = .wholeValue },
        Mutant(
            "refusal-replaced", breaks: "upgrade/refusal-passes", finding: "refusal-altered",
            summary: "A node's refusal of an upgrade becomes a 502 without a body."
        ) { $0.upgrade.refusal = .badGateway },
        Mutant(
            "corrupts-large-frames", breaks: "tunnel/message-sizes", finding: "payload-altered",
            summary: "One bit of byte 70000 of what a node sends through a tunnel is flipped.",
            defect: FlippedBit(offset: 70_000)),
        Mutant(
            "close-frame-swallowed", breaks: "tunnel/close-code", finding: "close-code-lost",
            summary: "A close frame ends both connections and is not delivered.",
            defect: SwallowedCloseFrame()),
        Mutant(
            "leftover-truncated", breaks: "tunnel/first-frame-with-101", finding: "first-frame-lost",
            summary: "More than 1024 bytes that arrive together with the 101 are dropped."
        ) { $0.upgrade.leftOverLimit = 1024 },
        Mutant(
            "dollar-keys-sanitised", breaks: "ddp/connect-and-call", finding: "result-altered",
            summary: "Every dollar sign of a node's text frames becomes an underscore.",
            defect: ReplacedByte(UInt8(ascii: "$"), by: UInt8(ascii: "_"))),
    ]
}
