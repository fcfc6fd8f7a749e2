import Fleet
import History
import NIOCore
import SockJS
import StressResults
import Verdicts
import WebSocketCodec
import Wire

/// What all clients of a run have in common, made once.
final class StressContext: Sendable {
    /// What is done.
    let scenario: StressScenario
    /// Which of its clients are ours.
    let clients: Range<Int>
    let target: VirtualClient.Target
    /// Whether clients have addresses of their own.
    let hasOwnSources: Bool
    /// Lines of every request: `Host` and those of the site.
    let commonLines: ByteBuffer
    /// The same of upgrades.
    let upgradeLines: ByteBuffer
    /// Where the service is, as requests name it.
    let service: ServicePlace
    /// Where the WebSocket without framing is.
    let rawWebSocket: ServicePlace
    let limits: ClientConnection.Limits
    let byteLimit: Int
    /// When our own loops stood still.
    let stalls: OwnStalls
    /// What there was no descriptor for.
    let shortages = OwnShortages()

    /// A place of the site, and what a node of ours is told of it.
    struct ServicePlace: Sendable {
        var path: String
        /// The field that names it to a node, up to what follows the path; nil where the path says it.
        var route: String?
    }

    /// How long a message may be under way before it counts as overdue.
    static let patience = Duration.seconds(10)

    /// How long a balancer may take to believe in a node that was away.
    static let noticePatience = Duration.seconds(15)
    /// Attempts to be back, beyond which they are a storm: Meteor's rule gives 3 in 7 s.
    static let attemptAllowance = AttemptAllowance(attempts: 5, in: .seconds(5))

    init(_ scenario: StressScenario, shard: Shard, target: VirtualClient.Target, rawPath: String?, stalls: OwnStalls) {
        self.stalls = stalls
        self.scenario = scenario
        self.target = target
        clients = shard.clients(of: scenario.clients)
        hasOwnSources = target.endpoint.host.hasPrefix("127.")
        commonLines = Self.lines(target, forUpgrade: false)
        upgradeLines = Self.lines(target, forUpgrade: true)
        let name = scenario.application == .echo ? "/echo" : "/sockjs"
        service = Self.place(name, target)
        rawWebSocket =
            rawPath.map { ServicePlace(path: target.pathPrefix + $0) }
            ?? (scenario.application == .echo
                ? Self.place("/echo/websocket", target) : Self.place("/websocket", target))
        let largest = scenario.size.range.upperBound
        byteLimit = 4 * largest + (256 << 10)
        limits = ClientConnection.Limits(
            // Bodies are read as they come and not kept; frames have a limit of their own.
            bodyBytes: .max,
            webSocket: WebSocketLimits(
                maximumMessageBytes: byteLimit, maximumFrameBytes: byteLimit, maximumFragments: 1_024))
    }

    private static func lines(_ target: VirtualClient.Target, forUpgrade isUpgrade: Bool) -> ByteBuffer {
        var lines = ByteBuffer()
        lines.writeString("Host: \(target.entrance(forUpgrade: isUpgrade).host)\r\n")
        for field in target.siteFields { lines.writeString("\(field.name): \(field.value)\r\n") }
        return lines
    }

    private static func place(_ path: String, _ target: VirtualClient.Target) -> ServicePlace {
        let placed = target.placeOfService(path)
        return ServicePlace(path: placed.path, route: placed.isRouted ? "X-Stickler-Route: \(path)" : nil)
    }

    /// Local address of the client of this number: each in a network of its own, since some balancers look no farther.
    func source(of client: Int) -> String? {
        guard hasOwnSources else { return nil }
        return "127.\(16 + client % 200).\(client / 200 % 250).\(1 + client / 50_000 % 250)"
    }

    /// Bytes of this message of this client, at least those of its number.
    func size(of number: UInt32, client: Int) -> Int {
        let range = scenario.size.range
        guard range.count > 1 else { return range.lowerBound }
        var mixed =
            (UInt64(truncatingIfNeeded: client) &* 0x9e37_79b9_7f4a_7c15) ^ (UInt64(number) &* 0xbf58_476d_1ce4_e5b9)
        mixed ^= scenario.seed
        mixed = (mixed ^ (mixed >> 31)) &* 0x94d0_49bb_1331_11eb
        return range.lowerBound + Int((mixed >> 20) % UInt64(range.count))
    }
}
