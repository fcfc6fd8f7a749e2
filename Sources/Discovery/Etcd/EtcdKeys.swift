/// The keys of the records in an etcd: `PREFIX/endpoints/SERVICE/HASH`.
struct EtcdKeys: Sendable {
    /// What all of them begin with.
    let start: String
    /// The first key behind all of them: `0` follows `/`.
    let end: String

    init(prefix: String) {
        start = "\(prefix)/endpoints/"
        end = "\(prefix)/endpoints0"
    }

    /// Most bytes that a key of ours has.
    var longest: Int { start.utf8.count + ServiceName.longest + 1 + Self.hashLength }

    func text(_ key: EndpointKey) -> String { start + key.description }

    /// What the key stands for; nil for one that is not ours.
    func key(_ text: String) -> EndpointKey? {
        guard text.utf8.count <= longest, text.hasPrefix(start) else { return nil }
        let words = text.dropFirst(start.count).split(separator: "/", omittingEmptySubsequences: false)
        guard words.count == 2, words[1].utf8.count == Self.hashLength, words[1].utf8.allSatisfy(Self.isHashByte),
            let service = try? ServiceName(String(words[0]))
        else { return nil }
        return EndpointKey(service: service, hash: String(words[1]))
    }

    private static let hashLength = 40

    private static func isHashByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
