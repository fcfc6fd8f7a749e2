import NIOCore

/// What follows the signature of a header of v2 (proxy-protocol.txt, §2.2):
///
/// ```
///  12        13         14..15   16 ...
/// +---------+----------+--------+-----------------------------------------+------
/// | version | family   | length | source, destination, their ports        | TLVs
/// | command | protocol |        | (12 bytes for IPv4, 36 bytes for IPv6)  |
/// +---------+----------+--------+-----------------------------------------+------
/// ```
struct ProxyProtocolBlock: Sendable {
    /// Bytes up to and with the length.
    static let headCount = 16
    /// Bytes behind those that are accepted. Addresses take 216 at most; TLVs may bring a certificate's names.
    static let limit = 4_096

    /// What is read of it.
    private enum Content: Sendable {
        /// Nothing: it is skipped.
        case nothing(ProxyProtocolHeader)
        case addresses(isSix: Bool)
    }

    /// Bytes behind the first 16.
    let length: Int
    private let content: Content

    /// Reads the first 16 bytes.
    init(_ head: [UInt8]) throws(ProxyProtocolError) {
        let (command, kind) = (head[12], head[13])
        length = Int(head[14]) << 8 | Int(head[15])
        guard length <= Self.limit else { throw .tooLong(length, limit: Self.limit) }
        guard command >> 4 == 2 else { throw .version(command) }
        switch command & 0x0F {
        // Its family has no meaning.
        case 0: content = .nothing(.local)
        case 1: content = try Self.content(kind)
        default: throw .command(command)
        }
        guard length >= addressCount else { throw .tooShort(length, needed: addressCount) }
    }

    private static func content(_ kind: UInt8) throws(ProxyProtocolError) -> Content {
        guard kind >> 4 <= 3, kind & 0x0F <= 2 else { throw .protocolByte(kind) }
        switch kind {
        case 0x11: return .addresses(isSix: false)
        case 0x21: return .addresses(isSix: true)
        default: return .nothing(.unknown)
        }
    }

    /// Bytes of the addresses that are read; those behind them are skipped.
    var addressCount: Int {
        switch content {
        case .nothing: 0
        case .addresses(let isSix): isSix ? 36 : 12
        }
    }

    /// What the header says, by the bytes of the addresses.
    func header(_ bytes: ArraySlice<UInt8>) throws(ProxyProtocolError) -> ProxyProtocolHeader {
        guard case .addresses(let isSix) = content else {
            if case .nothing(let header) = content { return header }
            return .unknown
        }
        var rest = ByteBuffer(bytes: bytes)
        let width = isSix ? 16 : 4
        guard let source = rest.readSlice(length: width), let destination = rest.readSlice(length: width),
            let ports = rest.readMultipleIntegers(as: (UInt16, UInt16).self),
            let from = Endpoint(try? SocketAddress(packedIPAddress: source, port: Int(ports.0))),
            let to = Endpoint(try? SocketAddress(packedIPAddress: destination, port: Int(ports.1)))
        else { throw .tooShort(bytes.count, needed: addressCount) }
        return .client(source: from, destination: to)
    }

    /// The bytes of a header, its signature included.
    static func bytes(_ header: ProxyProtocolHeader) -> ByteBuffer {
        var bytes = ByteBuffer(bytes: ProxyProtocolVersion.v2.signature)
        switch header {
        case .local: bytes.writeBytes([0x20, 0x00, 0x00, 0x00])
        case .unknown: bytes.writeBytes([0x21, 0x00, 0x00, 0x00])
        case .client(let source, let destination):
            guard let pair = ProxyProtocolAddresses(source, destination) else { return Self.bytes(.unknown) }
            bytes.writeBytes([0x21, pair.isSix ? 0x21 : 0x11, 0x00, pair.isSix ? 36 : 12])
            bytes.writeBytes(pair.source)
            bytes.writeBytes(pair.destination)
            bytes.writeInteger(UInt16(truncatingIfNeeded: source.port))
            bytes.writeInteger(UInt16(truncatingIfNeeded: destination.port))
        }
        return bytes
    }
}
