import Wire

/// Where a request shows the key that affinity goes by.
enum KeySource: Sendable, Equatable {
    /// In a cookie, or else in its twin.
    case cookie(String, twin: String?)
    /// In a header field of this name, in lower case.
    case header(String)
    /// In the session of its URL.
    case session
    /// In the server segment of its URL.
    case serverSegment
    /// In the address it comes from.
    case address
    /// Nowhere.
    case none

    /// Longer keys are nobody's, and would let a client fill the memory of a table.
    static let longestKey = 1_024

    init(_ rule: Behavior.Affinity.Rule) {
        switch rule {
        case .cookie(let cookie), .table(of: .cookie(let cookie), _), .hash(of: .cookie(let cookie), _):
            self = .cookie(cookie.name, twin: cookie.twin)
        case .table(of: .cookieNamed(let name), _), .hash(of: .cookieNamed(let name), _), .learned(let name, _):
            self = .cookie(name, twin: nil)
        case .table(of: .header(let name), _), .hash(of: .header(let name), _), .header(let name):
            self = .header(name.lowercased())
        case .table(of: .session, _), .hash(of: .session, _): self = .session
        case .table(of: .serverSegment, _), .hash(of: .serverSegment, _): self = .serverSegment
        case .table(of: .address, _), .hash(of: .address, _): self = .address
        case .none: self = .none
        }
    }

    /// Of more cookies of one name no more are read.
    static let mostKeys = 8

    /// The keys that a request with this session URL shows, in the order in which it does. It shows several where its
    /// client holds cookies of one name for several paths or domains (RFC 6265 §5.4), of which an old one may come first.
    /// An address is none of its head's.
    func keys(of head: RequestHead, _ url: SessionURL?) -> ShownKeys {
        switch self {
        case .cookie(let name, let twin):
            var keys = CookieField.values(of: name, in: head, atMost: Self.mostKeys)
            if let twin { keys.append(CookieField.values(of: twin, in: head, atMost: Self.mostKeys)) }
            keys.drop { $0.utf8.count > Self.longestKey }
            return keys
        case .header(let name): return Self.one(head.first(named: name).map { $0[...] })
        case .session: return Self.one(url?.session)
        case .serverSegment: return Self.one(url?.server)
        case .address, .none: return ShownKeys()
        }
    }

    private static func one(_ key: Substring?) -> ShownKeys {
        ShownKeys(first: key.flatMap { $0.utf8.count <= longestKey ? $0 : nil })
    }
}
