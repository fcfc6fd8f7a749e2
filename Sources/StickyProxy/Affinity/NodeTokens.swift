/// What a cookie calls nodes: an opaque name of the node, alone or with a dot and a random name of the client.
///
/// The client's part lets the proxy remember who was moved off a dead node and still shows the old cookie.
struct NodeTokens: Sendable {
    /// The nodes' names and tokens, by the nodes' numbers.
    private var tokens: [(name: String, token: String)] = []
    private var nodes: [UInt64: NodeID] = [:]

    /// Another node comes. One of the name of a node that left gets that one's tokens.
    mutating func add(_ name: String) -> NodeID {
        let (node, hash) = (NodeID(tokens.count), KeyHash.of(name))
        nodes[hash] = node
        tokens.append((name, Self.identifier(hash)))
        return node
    }

    /// The node and the client a value names; each nil when it isn't one of ours.
    func read(_ value: Substring) -> (node: NodeID?, client: Substring?) {
        var value = value
        let found = value.withUTF8 { bytes -> (token: UInt64, names: Bool)? in
            guard let token = Self.number(bytes.prefix(Self.length)) else { return nil }
            if bytes.count == Self.length { return (token, false) }
            guard bytes[Self.length] == UInt8(ascii: ".") else { return nil }
            return (token, Self.number(bytes.dropFirst(Self.length + 1)) != nil)
        }
        guard let found, let node = nodes[found.token] else { return (nil, nil) }
        return (node, found.names ? value[value.utf8.index(value.endIndex, offsetBy: -Self.length)...] : nil)
    }

    func value(node: NodeID, client: Substring) -> String { "\(tokens[node.number].token).\(client)" }

    func value(node: NodeID) -> String { tokens[node.number].token }

    func name(of node: NodeID) -> String { tokens[node.number].name }

    /// Bytes of an identifier.
    private static let length = 16

    static func identifier(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: length - digits.count) + digits
    }

    static func isIdentifier(_ text: Substring) -> Bool {
        var text = text
        return text.withUTF8 { number($0[...]) != nil }
    }

    /// The number of an identifier; nil for another text.
    private static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        guard text.count == length else { return nil }
        var number: UInt64 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
