import SockJS

/// Which part of the clients uses which transport: `websocket=70,xhr-streaming=15,xhr-polling=15`.
public struct TransportMix: Sendable, Hashable, CustomStringConvertible {
    /// A transport with its weight, relative to the others.
    public struct Part: Sendable, Hashable {
        /// The transport.
        public var transport: StressTransport
        /// From 1 on.
        public var weight: Int
    }

    /// The parts, in order.
    public let parts: [Part]
    private let sum: Int

    /// What a Meteor app sees where most browsers may use WebSocket.
    public static let usual = TransportMix([
        Part(transport: .sockJS(.websocket), weight: 70), Part(transport: .sockJS(.xhrStreaming), weight: 15),
        Part(transport: .sockJS(.xhrPolling), weight: 15),
    ])

    /// All clients on one transport.
    public static func only(_ transport: StressTransport) -> TransportMix {
        TransportMix([Part(transport: transport, weight: 1)])
    }

    private init(_ parts: [Part]) {
        self.parts = parts
        sum = parts.reduce(0) { $0 + $1.weight }
    }

    /// Reads `NAME=WEIGHT,…`; a name alone has weight 1.
    public init(_ text: String) throws(ScenarioError) {
        var parts: [Part] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let transport = StressTransport(name: sides[0]) else {
                throw ScenarioError(
                    expected: "one of \(StressTransport.all.map(\.name).joined(separator: ", "))", of: "a transport",
                    got: sides[0])
            }
            guard let weight = sides.count == 1 ? 1 : Int(sides[1]), (1...1_000_000).contains(weight) else {
                throw ScenarioError(
                    expected: "a whole number from 1 on", of: "the weight of \(transport.name)", got: sides[1])
            }
            guard !parts.contains(where: { $0.transport == transport }) else {
                throw ScenarioError("the mix names \(transport.name) twice")
            }
            parts.append(Part(transport: transport, weight: weight))
        }
        self.init(parts)
    }

    /// The transport of the client of this number, from 0: each stretch of clients as long as all weights together has
    /// exactly its share of each, mixed.
    package func transport(of client: Int) -> StressTransport {
        // A stride that shares no factor with the sum visits each place once.
        var stride = max(1, Int((Double(sum) * 0.618_033_99).rounded()))
        while Self.commonDivisor(stride, sum) != 1 { stride += 1 }
        var place = client % sum * stride % sum
        for part in parts {
            if place < part.weight { return part.transport }
            place -= part.weight
        }
        return parts[0].transport
    }

    private static func commonDivisor(_ one: Int, _ other: Int) -> Int {
        other == 0 ? one : commonDivisor(other, one % other)
    }

    /// As it is read.
    public var description: String { parts.map { "\($0.transport.name)=\($0.weight)" }.joined(separator: ",") }
}
