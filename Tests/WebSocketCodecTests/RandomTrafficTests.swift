import Foundation
import NIOCore
import Testing

@testable import WebSocketCodec

/// Valid traffic to one receiver, made frame by frame without our encoder, and the events it must give.
struct RandomTraffic {
    var bytes = ByteBuffer()
    var events: [WebSocketEvent] = []

    init(receiver: WebSocketRole, deflate: DeflateParameters?, messages: Int, using generator: inout SeededGenerator) {
        let sender = receiver.peer
        var deflater = deflate.map {
            Deflater(
                windowBits: $0.windowBits(of: sender), forgetsAfterMessage: $0.noContextTakeover(of: sender),
                tuning: DeflateTuning(minimumBytes: 0))
        }
        for _ in 0..<messages {
            let isText = generator.int(0..<2) == 0
            let size = [3, 40, 200, 900][generator.int(0..<4)]
            let message = isText ? generator.text(size) : generator.bytes(generator.int(0..<size))
            let compressed = generator.int(0..<3) == 0 ? nil : deflater?.compress(message)
            let payload = compressed ?? message
            var fragments = generator.pieces(of: payload, longest: max(1, size / generator.int(1..<5)))
            if fragments.isEmpty || generator.int(0..<4) == 0 { fragments.append(ByteBuffer()) }
            for (index, fragment) in fragments.enumerated() {
                if generator.int(0..<4) == 0 { addControl(from: sender, using: &generator) }
                RawFrame(
                    opcode: index > 0 ? 0 : isText ? 1 : 2, payload: fragment, isFinal: index == fragments.count - 1,
                    rsv1: index == 0 && compressed != nil, maskingKey: sender == .client ? generator.key() : nil
                ).write(to: &bytes)
            }
            events.append(isText ? .text(message) : .binary(message))
        }
    }

    private mutating func addControl(from sender: WebSocketRole, using generator: inout SeededGenerator) {
        let payload = generator.bytes(generator.int(0..<126))
        let isPing = generator.int(0..<2) == 0
        RawFrame(
            opcode: isPing ? 9 : 10, payload: payload, maskingKey: sender == .client ? generator.key() : nil
        ).write(to: &bytes)
        events.append(isPing ? .ping(payload) : .pong(payload))
    }
}

@Suite("Random traffic with fixed seeds")
struct RandomTrafficTests {
    /// `STICKLER_RANDOM_ROUNDS=100` runs a hundred times as many seeds.
    static let rounds = ProcessInfo.processInfo.environment["STICKLER_RANDOM_ROUNDS"].flatMap { UInt64($0) } ?? 1

    static let agreements: [DeflateParameters?] = [nil] + DeflateSenderTests.agreements

    @Test("valid traffic gives its events however it is split", arguments: [WebSocketRole.client, .server], agreements)
    func validTraffic(receiver: WebSocketRole, deflate: DeflateParameters?) {
        for seed in 0..<(3 * Self.rounds) {
            var generator = SeededGenerator(state: seed)
            let traffic = RandomTraffic(receiver: receiver, deflate: deflate, messages: 12, using: &generator)
            for longest in [1, 500, 1 << 20] {
                var connection = WebSocketConnection(role: receiver, deflate: deflate)
                var events: [WebSocketEvent] = []
                for piece in generator.pieces(of: traffic.bytes, longest: longest) {
                    connection.receive(piece)
                    events += connection.allEvents()
                }
                #expect(events == traffic.events, "seed \(seed), pieces of up to \(longest) bytes")
            }
        }
    }

    private func run(_ pieces: [ByteBuffer], _ connection: WebSocketConnection) -> (events: [String], output: [UInt8]) {
        var connection = connection
        var events: [WebSocketEvent] = []
        for piece in pieces {
            connection.receive(piece)
            events += connection.allEvents()
        }
        connection.receiveEOF()
        events += connection.allEvents()
        return (events.map(\.line), connection.allOutput())
    }

    @Test(
        "damaged traffic neither traps nor depends on the split", arguments: [WebSocketRole.client, .server], agreements
    )
    func damagedTraffic(receiver: WebSocketRole, deflate: DeflateParameters?) {
        var failures = 0
        for seed in 1_000..<(1_000 + 20 * Self.rounds) {
            var generator = SeededGenerator(state: seed)
            var bytes = RandomTraffic(receiver: receiver, deflate: deflate, messages: 4, using: &generator).bytes
            for _ in 0..<generator.int(1..<4) {
                let position = generator.int(0..<bytes.readableBytes)
                let damage = UInt8(truncatingIfNeeded: 1 << generator.int(0..<8))
                bytes.setInteger((bytes.getInteger(at: position) ?? 0) ^ damage, at: position)
            }
            let connection = WebSocketConnection(
                role: receiver, limits: WebSocketLimits(maximumMessageBytes: 800, maximumFragments: 100),
                maskingKeys: .fixed(exampleKey), deflate: deflate,
                deflateTuning: DeflateTuning(windowEnforcement: .exact))
            let whole = run([bytes], connection)
            let pieces = run(generator.pieces(of: bytes, longest: generator.int(1..<60)), connection)
            #expect(whole.events == pieces.events, "seed \(seed)")
            #expect(whole.output == pieces.output, "seed \(seed)")
            if whole.events.contains(where: { $0.hasPrefix("failed:") }) { failures += 1 }
        }
        #expect(failures > 3, "some damage is noticed")
    }

    @Test(
        "random bytes end in a violation or wait for more, and never trap", arguments: [WebSocketRole.client, .server])
    func randomBytes(receiver: WebSocketRole) {
        for seed in 0..<(200 * Self.rounds) {
            var generator = SeededGenerator(state: seed)
            var bytes = generator.bytes(generator.int(1..<120))
            // Most random first bytes fail at once: half of the runs begin as a data frame that goes on.
            if seed % 2 == 0 {
                bytes.setInteger(UInt8(0xC1), at: 0)
                bytes.setInteger(UInt8(receiver == .server ? 0x80 : 0) | UInt8(generator.int(0..<126)), at: 1)
            }
            let connection = WebSocketConnection(
                role: receiver, maskingKeys: .fixed(exampleKey), deflate: DeflateParameters(serverMaxWindowBits: 9))
            let whole = run([bytes], connection)
            #expect(whole.events == run(generator.pieces(of: bytes, longest: 9), connection).events, "seed \(seed)")
            #expect(whole.events.last?.hasPrefix("ended:") == true)
        }
    }

    @Test("random header values are judged without a trap, and what is accepted is a token list")
    func randomHeaders() {
        let alphabet = Array("permessage-deflate;,= \"\\\t815client_max_window_bits".utf8)
        for seed in 0..<(1_000 * Self.rounds) {
            var generator = SeededGenerator(state: seed)
            let line = (0..<generator.int(0..<40)).map { _ in alphabet[generator.int(0..<alphabet.count)] }
            let elements = ExtensionElement.parse([String(decoding: line, as: UTF8.self)])
            for element in elements ?? [] {
                #expect(element.name.isToken, "seed \(seed)")
                #expect(element.parameters.allSatisfy { $0.name.isToken })
            }
        }
    }
}
