import NIOCore

/// The line of text that is a header of v1 (proxy-protocol.txt, §2.1).
enum ProxyProtocolLine {
    /// Bytes of the longest one, CR and LF included.
    static let longest = 107

    /// Reads what stands between the signature and CR LF.
    static func header(_ text: ArraySlice<UInt8>) throws(ProxyProtocolError) -> ProxyProtocolHeader {
        let fields = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        let isSix: Bool
        switch fields.first.map({ String(decoding: $0, as: UTF8.self) }) {
        // Whatever else such a line says has no meaning.
        case "UNKNOWN": return .unknown
        case "TCP4": isSix = false
        case "TCP6": isSix = true
        default: throw .family
        }
        guard fields.count == 5 else { throw .fields }
        return .client(
            source: try endpoint(fields[1], fields[3], isSix: isSix),
            destination: try endpoint(fields[2], fields[4], isSix: isSix))
    }

    private static func endpoint(
        _ host: ArraySlice<UInt8>, _ digits: ArraySlice<UInt8>, isSix: Bool
    ) throws(ProxyProtocolError) -> Endpoint {
        let port = try port(digits)
        // The system's reader would stop at a NUL, and knows names of interfaces.
        guard host.allSatisfy(isSix ? isOfSix : isOfFour),
            let address = try? SocketAddress(ipAddress: String(decoding: host, as: UTF8.self), port: port),
            (address.protocol == .inet6) == isSix, let endpoint = Endpoint(address)
        else { throw .address }
        return endpoint
    }

    private static func port(_ digits: ArraySlice<UInt8>) throws(ProxyProtocolError) -> Int {
        guard (1...5).contains(digits.count), digits.allSatisfy(HTTPBytes.isDigit),
            digits.count == 1 || digits.first != UInt8(ascii: "0"),
            let port = Int(String(decoding: digits, as: UTF8.self)), port <= 65_535
        else { throw .port }
        return port
    }

    private static func isOfFour(_ byte: UInt8) -> Bool { HTTPBytes.isDigit(byte) || byte == UInt8(ascii: ".") }

    private static func isOfSix(_ byte: UInt8) -> Bool {
        isOfFour(byte) || byte == UInt8(ascii: ":") || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// The line of a header, its end included.
    static func text(_ header: ProxyProtocolHeader) -> String {
        guard case .client(let source, let destination) = header,
            let pair = ProxyProtocolAddresses(source, destination)
        else { return "PROXY UNKNOWN\r\n" }
        return "PROXY \(pair.isSix ? "TCP6" : "TCP4") \(source.host) \(destination.host) "
            + "\(source.port) \(destination.port)\r\n"
    }
}
