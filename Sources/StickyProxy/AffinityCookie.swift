/// The value of the affinity cookie: an opaque name of the node, a dot, and a random name of the client.
///
/// The client's part lets the proxy remember who was moved off a dead node and still shows the old cookie.
struct AffinityCookie: Sendable {
    private let tokens: [Substring]
    private let indices: [Substring: Int]

    init(nodes: [String]) {
        tokens = nodes.map { Substring(Self.identifier(Self.hash($0))) }
        var indices: [Substring: Int] = [:]
        for (index, token) in tokens.enumerated() { indices[token] = index }
        self.indices = indices
    }

    /// The node and the client a value names; each nil when it isn't one of ours.
    func read(_ value: Substring) -> (node: Int?, client: Substring?) {
        let dot = value.firstIndex(of: ".") ?? value.endIndex
        let client = value[dot...].dropFirst()
        guard let node = indices[value[..<dot]] else { return (nil, nil) }
        return (node, Self.isIdentifier(client) ? Substring(String(client)) : nil)
    }

    func value(node: Int, client: Substring) -> String { "\(tokens[node]).\(client)" }

    static func identifier(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func isIdentifier(_ text: Substring) -> Bool {
        text.utf8.count == 16
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (97...102).contains($0) }
    }

    /// FNV-1a, so that the name of a node survives a restart of the proxy.
    private static func hash(_ id: String) -> UInt64 {
        id.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
