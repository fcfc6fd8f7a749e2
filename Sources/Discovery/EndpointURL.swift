import WebSocketCodec
package import Wire

/// The URL of a node or of a balancer: `http` or `https`, a host, and where they are told a port and a path. It is at most
/// 512 bytes of ASCII without user, query or fragment, so that it can stand in paths and JSON as it is.
package struct EndpointURL: Hashable, Sendable, CustomStringConvertible {
    /// Most bytes of one.
    package static let longest = 512

    /// As it was given.
    package let text: String
    /// Whether it is `https`.
    package let isSecure: Bool
    /// Host and port; 80 or 443 where it names none.
    package let address: Endpoint
    /// The path without a slash at its end; empty for the root.
    package let path: String
    /// The lower-case hexadecimal SHA-1 of the text, which tells this endpoint from all others wherever it is computed.
    package let hash: String

    /// Reads a URL; throws for what a node could not be reached at, or what another reader could take apart differently.
    package init(_ text: String) throws(RecordError) {
        guard text.utf8.count <= Self.longest else { throw .urlTooLong(text.utf8.count) }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { throw .url(text) }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        self.address = try Self.address(String(rest[..<end]), isSecure ? 443 : 80, in: text)
        let path = rest[end...]
        let words = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.utf8.allSatisfy({ $0.isLetterOrDigit(or: "/-._~%") }), !path.contains("//"), !words.contains("."),
            !words.contains("..")
        else { throw .url(text) }
        self.text = text
        self.isSecure = isSecure
        self.path = String(path.hasSuffix("/") ? path.dropLast() : path)
        hash = SHA1.digest(of: Array(text.utf8)).reduce(into: "") { $0 += Self.hexadecimal($1) }
    }

    /// The URL.
    package var description: String { text }

    private static func address(_ authority: String, _ port: Int, in text: String) throws(RecordError) -> Endpoint {
        let isWhole = authority.hasSuffix("]") || !authority.contains(":")
        let address: Endpoint
        do { address = try Endpoint(parsing: isWhole ? "\(authority):\(port)" : authority) } catch { throw .url(text) }
        guard address.port > 0 else { throw .url(text) }
        return address
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
