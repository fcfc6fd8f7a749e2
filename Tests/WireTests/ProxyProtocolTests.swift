import NIOCore
import TestSupport
import Testing

@testable import Wire

/// What a parser makes of bytes in pieces.
private func outcome(
    of pieces: [ArraySlice<UInt8>]
) -> (result: Result<ProxyProtocolHeader?, ProxyProtocolError>, rest: [UInt8]) {
    var parser = ProxyProtocolParser()
    for (index, piece) in pieces.enumerated() {
        var bytes = ByteBuffer(bytes: piece)
        do throws(ProxyProtocolError) {
            guard let header = try parser.read(from: &bytes) else { continue }
            return (.success(header), Array(bytes.readableBytesView) + pieces[(index + 1)...].flatMap { $0 })
        } catch {
            return (.failure(error), [])
        }
    }
    return (.success(nil), [])
}

@Suite struct `A parser of the PROXY protocol` {
    static let rest = Array("GET / HTTP/1.1\r\nPROXY ".utf8)

    @Test(arguments: ProxyProtocolVectors.good)
    func `reads a header, and leaves what follows it`(vector: ProxyProtocolVector<ProxyProtocolHeader>) {
        for rest in [[], Self.rest] {
            let (result, left) = outcome(of: [(vector.bytes + rest)[...]])
            #expect(result == .success(vector.meaning))
            #expect(left == rest)
        }
    }

    @Test(arguments: ProxyProtocolVectors.good)
    func `reads it wherever it is split, and byte by byte`(vector: ProxyProtocolVector<ProxyProtocolHeader>) {
        let bytes = vector.bytes + Self.rest
        // Of what is skipped one place is as good as another.
        for split in 0...min(bytes.count, 120) {
            let (result, left) = outcome(of: [bytes[..<split], bytes[split...]])
            #expect(result == .success(vector.meaning), "split at \(split)")
            #expect(left == Self.rest, "split at \(split)")
        }
        let (result, left) = outcome(of: bytes.indices.map { bytes[$0...$0] })
        #expect(result == .success(vector.meaning))
        #expect(left == Self.rest)
    }

    @Test(arguments: ProxyProtocolVectors.good)
    func `waits for the last byte`(vector: ProxyProtocolVector<ProxyProtocolHeader>) {
        for count in vector.bytes.indices { #expect(outcome(of: [vector.bytes[..<count]]).result == .success(nil)) }
    }

    @Test(arguments: ProxyProtocolVectors.bad)
    func `refuses what is none, wherever it is split`(vector: ProxyProtocolVector<ProxyProtocolError>) {
        #expect(outcome(of: [vector.bytes[...]]).result == .failure(vector.meaning))
        for split in 0...min(vector.bytes.count, 110) {
            #expect(
                outcome(of: [vector.bytes[..<split], vector.bytes[split...]]).result == .failure(vector.meaning),
                "split at \(split)")
        }
    }

    /// How many bytes show it at the latest.
    @Test(arguments: [
        ("GET / HTTP/1.1", 1, ProxyProtocolError.missing), ("PROXY:", 6, .missing), ("\r\n\r\nG", 5, .missing),
        ("PROXY \n", 7, .lineEnd), ("PROXY " + String(repeating: "x", count: 101), 107, .lineTooLong),
    ])
    func `refuses it as soon as it shows`(text: String, count: Int, error: ProxyProtocolError) {
        let bytes = Array(text.utf8)
        #expect(outcome(of: [bytes[..<(count - 1)]]).result == .success(nil))
        #expect(outcome(of: [bytes[..<count]]).result == .failure(error))
    }

    @Test func `reads a line of 107 bytes, and no longer one`() {
        #expect(outcome(of: [ProxyProtocolVectors.line(107)[...]]).result == .success(.unknown))
        #expect(outcome(of: [ProxyProtocolVectors.line(108)[...]]).result == .failure(.lineTooLong))
    }

    @Test func `survives any change of any byte`() {
        var random = SplitMix(state: 16)
        for vector in ProxyProtocolVectors.good where vector.bytes.count < 300 {
            for index in vector.bytes.indices {
                var bytes = vector.bytes
                bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                let (result, left) = outcome(of: [(bytes + Self.rest)[...]])
                if case .success(.some) = result { #expect(left.count <= bytes.count + Self.rest.count - 15) }
            }
        }
    }

    @Test(arguments: ProxyProtocolVectors.bad)
    func `says what it expected`(vector: ProxyProtocolVector<ProxyProtocolError>) {
        #expect(vector.meaning.description.hasPrefix("expected "))
    }
}

@Suite struct `A header of the PROXY protocol` {
    @Test(arguments: [
        (ProxyProtocolVectors.fromFour, "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"),
        (
            ProxyProtocolVectors.fromSix,
            "PROXY TCP6 2001:db8::7 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 56324 443\r\n"
        ),
        (.unknown, "PROXY UNKNOWN\r\n"), (.local, "PROXY UNKNOWN\r\n"),
        (ProxyProtocolVectors.client("192.0.2.7", 1, "::1", 2), "PROXY UNKNOWN\r\n"),
        (ProxyProtocolVectors.client("a.test", 1, "::1", 2), "PROXY UNKNOWN\r\n"),
    ])
    func `is a line in v1`(header: ProxyProtocolHeader, line: String) {
        #expect(String(buffer: header.bytes(.v1)) == line)
    }

    @Test(arguments: [
        (ProxyProtocolVectors.fromFour, [0x21, 0x11, 0, 12] + ProxyProtocolVectors.four),
        (ProxyProtocolVectors.fromSix, [0x21, 0x21, 0, 36] + ProxyProtocolVectors.six),
        (.unknown, [0x21, 0, 0, 0]), (.local, [0x20, 0, 0, 0]),
        (ProxyProtocolVectors.client("192.0.2.7", 1, "::1", 2), [0x21, 0, 0, 0]),
    ])
    func `is a block in v2`(header: ProxyProtocolHeader, block: [UInt8]) {
        #expect(Array(header.bytes(.v2).readableBytesView) == ProxyProtocolVectors.signature + block)
    }

    @Test(arguments: ProxyProtocolVersion.allCases)
    func `says the same when it is read again`(version: ProxyProtocolVersion) {
        for vector in ProxyProtocolVectors.good {
            let bytes = Array(vector.meaning.bytes(version).readableBytesView)
            #expect(bytes.count <= 107)
            let expected = version == .v1 && vector.meaning == .local ? .unknown : vector.meaning
            #expect(outcome(of: [bytes[...]]).result == .success(expected))
        }
    }
}
