import NIOCore
import Testing

@testable import Defects
@testable import StickyProxy

/// Messages of a tunnel, whatever pieces and frames they come in.
struct MessageTransformTests {
    /// What some frames become, and what is counted.
    struct Row: Sendable {
        var damage: MessageDamage
        var rate: UInt64 = 1
        var sent: [[UInt8]]
        var received: [[UInt8]]
        var tally: DamageTally

        init(
            _ damage: MessageDamage, _ sent: [[UInt8]], _ received: [[UInt8]], units: UInt64, damaged: UInt64
        ) {
            (self.damage, self.sent, self.received) = (damage, sent, received)
            tally = DamageTally(units: units, damaged: damaged)
        }
    }

    private static func text(_ text: String) -> [UInt8] { WireFrame.text(text) }
    private static let (one, two, three) = (text(##"a["#1 x"]"##), text(##"a["#2 x"]"##), text(##"a["#3 x"]"##))
    private static let (open, beat, close) = (text("o"), text("h"), text(#"c[3000,"Go away!"]"#))
    private static let ping = WireFrame.bytes(9, "ping")
    private static let binary = WireFrame.bytes(2, "binary")
    private static let long = text("#4 " + String(repeating: "y", count: 70_000))
    private static let masked = WireFrame.text(##"["#1 x"]"##, mask: [1, 2, 3, 4])
    private static let maskedAltered = WireFrame.text(##"["#1 X"]"##, mask: [1, 2, 3, 4])
    /// A message in three frames, of which the first tells too little.
    private static let parts = [
        WireFrame.bytes(1, "#", isFinal: false), WireFrame.bytes(0, "1 pa", isFinal: false), WireFrame.bytes(0, "rts"),
    ]
    private static let beatInParts = [WireFrame.bytes(1, "", isFinal: false), WireFrame.bytes(0, "h")]
    private static let closeInParts = [WireFrame.bytes(1, "c", isFinal: false), WireFrame.bytes(0, "[1,\"\"]")]
    private static let tooLong = text(String(repeating: "z", count: MessageTransform.maximumLength + 1))

    static let rows: [Row] = [
        Row(.dropped, [open, one, beat, two, ping, close], [open, beat, ping, close], units: 2, damaged: 2),
        Row(.dropped, parts + [beat], [beat], units: 1, damaged: 1),
        Row(.dropped, [parts[0], ping, parts[1], parts[2], long], [ping], units: 2, damaged: 2),
        Row(.dropped, [masked, text(""), text("z")], [], units: 3, damaged: 3),
        Row(.dropped, [binary, tooLong], [binary, tooLong], units: 0, damaged: 0),
        Row(.dropped, beatInParts + closeInParts, beatInParts + closeInParts, units: 0, damaged: 0),
        Row(.replayed, [open, one, beat, close], [open, one, one, beat, close], units: 1, damaged: 1),
        Row(.replayed, [long, masked], [long, long, masked, masked], units: 2, damaged: 2),
        Row(.replayed, [parts[0], ping, parts[1], parts[2]], [ping] + parts + parts, units: 1, damaged: 1),
        Row(.swapped, [open, one, two, three, long], [open, two, one, long, three], units: 4, damaged: 2),
        Row(.swapped, [masked, one] + parts + [two], [one, masked, two] + parts, units: 4, damaged: 2),
        // Nothing is held back for long, and nothing overtakes what isn't a message.
        Row(
            .swapped, [one, beat, two, ping, three, binary], [one, beat, two, ping, three, binary], units: 3, damaged: 0
        ),
        Row(.swapped, [one, close], [one, close], units: 1, damaged: 0),
        Row(.altered, [open, one, beat, close], [open, text(##"a["#1 X"]"##), beat, close], units: 1, damaged: 1),
        Row(.altered, [masked, text("漢")], [maskedAltered, text("漢")], units: 2, damaged: 1),
        Row(
            .altered, parts, [parts[0], parts[1], WireFrame.bytes(0, "rtS")], units: 1, damaged: 1),
        Row(
            .replaced(UInt8(ascii: "x"), by: UInt8(ascii: "_")), [one, beat, text("#2")],
            [text(##"a["#1 _"]"##), beat, text("#2")], units: 2, damaged: 1),
    ]

    /// What arrives where the bytes come in pieces of these sizes, over and over.
    private static func received(_ transform: MessageTransform, _ sent: [UInt8], pieces: [Int]) -> [UInt8] {
        var (transform, rest, received, count) = (transform, ByteBuffer(bytes: sent), ByteBuffer(), 0)
        while rest.readableBytes > 0,
            let piece = rest.readSlice(length: min(pieces[count % pieces.count], rest.readableBytes))
        {
            received.writeImmutableBuffer(transform.transform(piece).bytes)
            count += 1
        }
        return Array(buffer: received)
    }

    @Test(arguments: rows.indices, [[1], [2], [3], [7], [1, 5, 2, 11, 3, 29], [13, 1, 1, 4_096], [1 << 30]])
    func `each message is damaged, whatever the pieces`(_ row: Int, _ pieces: [Int]) throws {
        let row = Self.rows[row]
        let sent = row.sent.flatMap { $0 }
        // A million pieces of one byte are no better than a thousand.
        let pieces = sent.count > 1 << 20 ? pieces.map { max($0, 997) } : pieces
        let lottery = try DamageLotteryTests.lottery(oneIn: row.rate)
        let received = Self.received(MessageTransform(row.damage, choice: .drawn(lottery)), sent, pieces: pieces)
        #expect(received == row.received.flatMap { $0 })
        #expect(lottery.tally == row.tally)
    }

    @Test(arguments: [.dropped, .replayed, .swapped, .altered] as [MessageDamage])
    func `what isn't drawn passes as it came`(_ damage: MessageDamage) throws {
        let sent = Self.rows.flatMap { $0.sent.flatMap { $0 } }
        let lottery = try DamageLotteryTests.lottery(oneIn: .max)
        let received = Self.received(MessageTransform(damage, choice: .drawn(lottery)), sent, pieces: [5_003])
        #expect(received == sent)
        #expect(lottery.tally.units > 20 && lottery.tally.damaged == 0)
    }

    @Test func `messages are counted over all tunnels, and those damaged are the ones drawn`() throws {
        let (lottery, oracle) = try (DamageLotteryTests.lottery(oneIn: 10), DamageLotteryTests.lottery(oneIn: 10))
        var tunnels = (0..<100).map { _ in MessageTransform(.dropped, choice: .drawn(lottery)) }
        for number in 0..<2_000 {
            let message = ByteBuffer(bytes: WireFrame.text("#\(number) x"))
            let passed = tunnels[number % 100].transform(message).bytes
            #expect(passed == (oracle.damages() ? ByteBuffer() : message))
        }
        #expect(lottery.tally == oracle.tally)
        #expect(lottery.tally.damaged > 150)
    }

    @Test func `a tunnel's own number is counted in each tunnel`() {
        for _ in 1...2 {
            let sent = [Self.open, Self.one, Self.two, Self.beat, Self.three, Self.long]
            let received = Self.received(
                MessageTransform(.swapped, choice: .number(2)), sent.flatMap { $0 }, pieces: [5])
            // The heartbeat is no message to overtake the second.
            #expect(received == sent.flatMap { $0 })
            let swapped = Self.received(
                MessageTransform(.swapped, choice: .number(3)), sent.flatMap { $0 }, pieces: [5])
            #expect(swapped == [Self.open, Self.one, Self.two, Self.beat, Self.long, Self.three].flatMap { $0 })
        }
    }

    @Test func `a message that grows too long while it is held back goes on whole`() throws {
        let part = String(repeating: "z", count: MessageTransform.maximumLength)
        let sent = [
            WireFrame.bytes(1, part, isFinal: false), WireFrame.bytes(0, part, isFinal: false),
            WireFrame.bytes(0, "end"),
            Self.one,
        ]
        let lottery = try DamageLotteryTests.lottery(oneIn: 1)
        let received = Self.received(
            MessageTransform(.replayed, choice: .drawn(lottery)), sent.flatMap { $0 }, pieces: [65_536])
        #expect(received == (sent + [Self.one]).flatMap { $0 })
        #expect(lottery.tally == DamageTally(units: 2, damaged: 1))
    }
}
