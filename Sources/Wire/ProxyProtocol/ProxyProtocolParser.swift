package import NIOCore

/// Reads the header of the PROXY protocol off the beginning of a connection, in whatever pieces it comes, v1 and v2
/// (proxy-protocol.txt of HAProxy, §2).
///
/// It takes no byte that follows the header, keeps 107 bytes at most, and refuses what is no header with the first byte
/// that shows it. Of v2 it accepts 4096 bytes behind the first 16; what follows the addresses is skipped, a checksum too.
package struct ProxyProtocolParser: Sendable {
    private enum State: Sendable {
        /// Nothing came. → signature
        case start
        /// A part of a version's signature came. → line, head
        case signature(ProxyProtocolVersion)
        /// A part of a line came. → over
        case line
        /// A part of the first 16 bytes came. → block
        case head
        /// A part of what follows these came. → skipping, over
        case block(ProxyProtocolBlock)
        /// So many bytes of it have no meaning. → over
        case skipping(Int, ProxyProtocolHeader)
        /// The header was complete, or wrong.
        case over
    }

    private var state = State.start
    /// What came and has a meaning.
    private var bytes: [UInt8] = []

    /// A parser for one connection.
    package init() {}

    /// Takes what belongs to the header off the front of these bytes; the header, once it is complete. Nothing is taken
    /// after that, or after an error.
    package mutating func read(
        from input: inout ByteBuffer
    ) throws(ProxyProtocolError) -> ProxyProtocolHeader? {
        do throws(ProxyProtocolError) {
            while true {
                if case .over = state { return nil }
                if case .skipping(let count, let header) = state { return skip(count, of: &input, header) }
                guard let byte = input.readInteger(as: UInt8.self) else { return nil }
                guard let header = try take(byte) else { continue }
                state = .over
                return header
            }
        } catch {
            state = .over
            throw error
        }
    }

    private mutating func skip(
        _ count: Int, of input: inout ByteBuffer, _ header: ProxyProtocolHeader
    ) -> ProxyProtocolHeader? {
        let step = min(count, input.readableBytes)
        input.moveReaderIndex(forwardBy: step)
        state = step == count ? .over : .skipping(count - step, header)
        return step == count ? header : nil
    }

    private mutating func take(_ byte: UInt8) throws(ProxyProtocolError) -> ProxyProtocolHeader? {
        bytes.append(byte)
        switch state {
        case .start:
            guard let version = ProxyProtocolVersion.allCases.first(where: { $0.signature.first == byte }) else {
                throw .missing
            }
            state = .signature(version)
            return nil
        case .signature(let version): return try takeSignature(byte, of: version)
        case .line: return try takeLine(byte)
        case .head:
            guard bytes.count == ProxyProtocolBlock.headCount else { return nil }
            return try takeBlock(try ProxyProtocolBlock(bytes))
        case .block(let block): return try takeBlock(block)
        case .skipping, .over: return nil
        }
    }

    private mutating func takeSignature(
        _ byte: UInt8, of version: ProxyProtocolVersion
    ) throws(ProxyProtocolError) -> ProxyProtocolHeader? {
        let signature = version.signature
        guard signature[bytes.count - 1] == byte else { throw .missing }
        guard bytes.count == signature.count else { return nil }
        switch version {
        case .v1: state = .line
        case .v2: state = .head
        }
        return nil
    }

    private mutating func takeLine(_ byte: UInt8) throws(ProxyProtocolError) -> ProxyProtocolHeader? {
        let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        guard (bytes[bytes.count - 2] == cr) == (byte == lf) else { throw .lineEnd }
        if byte == lf {
            return try ProxyProtocolLine.header(bytes[ProxyProtocolVersion.v1.signature.count..<(bytes.count - 2)])
        }
        guard bytes.count < ProxyProtocolLine.longest else { throw .lineTooLong }
        return nil
    }

    /// Goes on once the addresses are complete, which they may be with the first 16 bytes.
    private mutating func takeBlock(_ block: ProxyProtocolBlock) throws(ProxyProtocolError) -> ProxyProtocolHeader? {
        state = .block(block)
        guard bytes.count == ProxyProtocolBlock.headCount + block.addressCount else { return nil }
        let header = try block.header(bytes[ProxyProtocolBlock.headCount...])
        let rest = block.length - block.addressCount
        if rest > 0 { state = .skipping(rest, header) }
        return rest > 0 ? nil : header
    }
}
