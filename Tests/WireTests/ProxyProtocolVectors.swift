import Testing
import Wire

/// Bytes of a PROXY protocol header, and what they say or what is wrong with them.
struct ProxyProtocolVector<Meaning: Sendable>: Sendable, CustomTestStringConvertible {
    let what: String
    let bytes: [UInt8]
    let meaning: Meaning

    init(_ what: String, _ bytes: [UInt8], _ meaning: Meaning) {
        (self.what, self.bytes, self.meaning) = (what, bytes, meaning)
    }

    /// A line, with CR LF.
    init(_ line: String, _ meaning: Meaning) { self.init(line, Array((line + "\r\n").utf8), meaning) }

    var testDescription: String { what }
}

/// Headers made by hand from proxy-protocol.txt §2.1 and §2.2.
enum ProxyProtocolVectors {
    static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    static func binary(_ command: UInt8, _ kind: UInt8, _ rest: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? rest.count
        return signature + [command, kind, UInt8(length >> 8), UInt8(length & 0xFF)] + rest
    }

    static let four: [UInt8] = [192, 0, 2, 7, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB]
    static let six: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]
        + [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0xFF, count: 12) + [0xDC, 0x04, 0x01, 0xBB]

    static let fromFour = client("192.0.2.7", 56_324, "198.51.100.1", 443)
    static let fromSix = client("2001:db8::7", 56_324, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 443)

    static func client(_ host: String, _ port: Int, _ to: String, _ toPort: Int) -> ProxyProtocolHeader {
        .client(source: Endpoint(host: host, port: port), destination: Endpoint(host: to, port: toPort))
    }

    static let good: [ProxyProtocolVector<ProxyProtocolHeader>] = [
        .init("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443", fromFour),
        .init("PROXY TCP6 2001:db8::7 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 56324 443", fromSix),
        .init(
            "PROXY TCP6 2001:0DB8:0000:0000:0000:0000:0000:0007 2001:0DB8:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF 56324 443",
            fromSix),
        .init(
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535",
            client("255.255.255.255", 65_535, "255.255.255.255", 65_535)),
        .init("PROXY TCP4 0.0.0.0 0.0.0.0 0 0", client("0.0.0.0", 0, "0.0.0.0", 0)),
        .init(
            "PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2", client("::ffff:192.0.2.7", 1, "::1", 2)),
        .init("PROXY UNKNOWN", .unknown), .init("PROXY UNKNOWN ", .unknown),
        .init("PROXY UNKNOWN what ever TCP4 it says \u{0}", .unknown),
        .init(
            "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535",
            .unknown),
        .init("v2 over IPv4", binary(0x21, 0x11, four), fromFour),
        .init("v2 over IPv6", binary(0x21, 0x21, six), fromSix),
        .init("v2 with TLVs", binary(0x21, 0x11, four + [0x04, 0, 2, 1, 2, 0x20, 0, 0]), fromFour),
        .init("v2 with what are no TLVs", binary(0x21, 0x21, six + [0xFF, 0xFF, 0xFF]), fromSix),
        .init(
            "v2 as long as may be",
            binary(0x21, 0x11, four + [UInt8](repeating: 0x0A, count: 4_096 - four.count)), fromFour),
        .init("v2, LOCAL", binary(0x20, 0x00, []), .local),
        .init("v2, LOCAL with addresses", binary(0x20, 0x11, four), .local),
        .init("v2, LOCAL with a family of nobody's", binary(0x20, 0xFF, [1]), .local),
        .init("v2, UNSPEC", binary(0x21, 0x00, []), .unknown),
        .init("v2, UNSPEC with bytes", binary(0x21, 0x00, [1, 2, 3]), .unknown),
        .init("v2, IPv4 with no protocol", binary(0x21, 0x10, four), .unknown),
        .init("v2, UDP over IPv4", binary(0x21, 0x12, four), .unknown),
        .init("v2, UDP over IPv6", binary(0x21, 0x22, six), .unknown),
        .init("v2, a stream of UNIX", binary(0x21, 0x31, [UInt8](repeating: 0x2F, count: 216)), .unknown),
        .init("v2, datagrams of UNIX", binary(0x21, 0x32, [UInt8](repeating: 0, count: 216)), .unknown),
    ]

    static let bad: [ProxyProtocolVector<ProxyProtocolError>] = [
        .init("GET / HTTP/1.1", .missing), .init("an empty line", Array("\r\nG".utf8), .missing),
        .init("proxy TCP4", .missing),
        .init("PROXYTCP4 1.1.1.1 2.2.2.2 1 2", .missing), .init("PROXY\tTCP4 1.1.1.1 2.2.2.2 1 2", .missing),
        .init("TLS", [0x16, 0x03, 0x01], .missing),
        .init("empty lines", Array("\r\n\r\nGET / HTTP/1.1\r\n\r\n".utf8), .missing),
        .init("a signature that ends otherwise", signature.dropLast() + [0x0D], .missing),
        .init("PROXY", .missing), .init("PROXY ", .family), .init("PROXY  TCP4 1.1.1.1 2.2.2.2 1 2", .family),
        .init("PROXY tcp4 1.1.1.1 2.2.2.2 1 2", .family), .init("PROXY UDP4 1.1.1.1 2.2.2.2 1 2", .family),
        .init("PROXY TCP 1.1.1.1 2.2.2.2 1 2", .family), .init("PROXY UNKNOWNS", .family),
        .init("PROXY TCP4", .fields), .init("PROXY TCP4 1.1.1.1 2.2.2.2 1", .fields),
        .init("PROXY TCP4 1.1.1.1 2.2.2.2 1 2 ", .fields), .init("PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3", .fields),
        .init("PROXY TCP4 1.1.1.1  2.2.2.2 1 2", .fields),
        .init("PROXY TCP4 1.1.1.1  1 2", .address), .init("PROXY TCP4 1.1.1 2.2.2.2 1 2", .address),
        .init("PROXY TCP4 1.1.1.1.1 2.2.2.2 1 2", .address), .init("PROXY TCP4 1.1.1.256 2.2.2.2 1 2", .address),
        .init("PROXY TCP4 01.1.1.1 2.2.2.2 1 2", .address), .init("PROXY TCP4 1.1.1.1 2.2.2.02 1 2", .address),
        .init("PROXY TCP4 1.1.1.1\u{0} 2.2.2.2 1 2", .address), .init("PROXY TCP4 -1.1.1.1 2.2.2.2 1 2", .address),
        .init("PROXY TCP4 localhost 2.2.2.2 1 2", .address), .init("PROXY TCP4 ::1 ::1 1 2", .address),
        .init("PROXY TCP6 1.1.1.1 2.2.2.2 1 2", .address), .init("PROXY TCP6 ::1 2.2.2.2 1 2", .address),
        .init("PROXY TCP6 :::1 ::1 1 2", .address), .init("PROXY TCP6 1::2::3 ::1 1 2", .address),
        .init("PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2", .address), .init("PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2", .address),
        .init("PROXY TCP6 ::12345 ::1 1 2", .address), .init("PROXY TCP6 ::g ::1 1 2", .address),
        .init("PROXY TCP6 fe80::1%lo ::1 1 2", .address), .init("PROXY TCP6 [::1] ::1 1 2", .address),
        .init("PROXY TCP4 1.1.1.1 2.2.2.2 65536 2", .port), .init("PROXY TCP4 1.1.1.1 2.2.2.2 1 99999", .port),
        .init("PROXY TCP4 1.1.1.1 2.2.2.2 01 2", .port), .init("PROXY TCP4 1.1.1.1 2.2.2.2 1 00", .port),
        .init("PROXY TCP4 1.1.1.1 2.2.2.2 +1 2", .port), .init("PROXY TCP4 1.1.1.1 2.2.2.2 -1 2", .port),
        .init("PROXY TCP4 1.1.1.1 2.2.2.2  2", .port), .init("PROXY TCP4 1.1.1.1 2.2.2.2 0x1 2", .port),
        .init("PROXY TCP4 1.1.1.1 2.2.2.2 1 123456", .port),
        .init("a line feed alone", Array("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n".utf8), .lineEnd),
        .init("a line feed at once", Array("PROXY \n".utf8), .lineEnd),
        .init("a carriage return alone", Array("PROXY UNKNOWN\rX".utf8), .lineEnd),
        .init("two carriage returns", Array("PROXY UNKNOWN\r\r\n".utf8), .lineEnd),
        .init("a line of 108 bytes", line(108), .lineTooLong),
        .init("a line without end", Array("PROXY ".utf8) + [UInt8](repeating: 0x20, count: 4_000), .lineTooLong),
        .init("v2, version 1", binary(0x11, 0x11, four), .version(0x11)),
        .init("v2, version 3", binary(0x31, 0x11, four), .version(0x31)),
        .init("v2, a command of nobody's", binary(0x22, 0x11, four), .command(0x22)),
        .init("v2, a family of nobody's", binary(0x21, 0x41, four), .protocolByte(0x41)),
        .init("v2, a protocol of nobody's", binary(0x21, 0x13, four), .protocolByte(0x13)),
        .init("v2, too short for IPv4", binary(0x21, 0x11, four.dropLast()), .tooShort(11, needed: 12)),
        .init("v2, too short for IPv6", binary(0x21, 0x21, six.dropLast()), .tooShort(35, needed: 36)),
        .init("v2, without addresses", binary(0x21, 0x11, []), .tooShort(0, needed: 12)),
        .init("v2, too long", binary(0x21, 0x11, four, length: 4_097), .tooLong(4_097, limit: 4_096)),
        .init("v2, LOCAL as long as can be said", binary(0x20, 0, [], length: 65_535), .tooLong(65_535, limit: 4_096)),
    ]

    /// An `UNKNOWN` of so many bytes, its end included.
    static func line(_ count: Int) -> [UInt8] {
        let words = Array("PROXY UNKNOWN ".utf8)
        return words + [UInt8](repeating: UInt8(ascii: "x"), count: count - words.count - 2) + [0x0D, 0x0A]
    }
}
