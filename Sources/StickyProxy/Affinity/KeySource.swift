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

    /// The key that a request with this session URL shows; an address is none of its head's.
    func key(of head: RequestHead, _ url: SessionURL?) -> Substring? {
        let key: Substring? =
            switch self {
            case .cookie(let name, let twin):
                CookieField.value(of: name, in: head) ?? twin.flatMap { CookieField.value(of: $0, in: head) }
            case .header(let name): head.first(named: name).map { $0[...] }
            case .session: url?.session
            case .serverSegment: url?.server
            case .address, .none: nil
            }
        return key.flatMap { $0.utf8.count <= Self.longestKey ? $0 : nil }
    }
}
