/// What an attempt at a transport came to.
public enum AttemptOutcome: Sendable, Hashable {
    /// The session opened.
    case opened
    /// It did not: why, in words, and the close code by which the client gave it up, 2007 when its time was over.
    case failed(reason: String, code: Int?)
}

extension AttemptOutcome: Codable {
    private enum Key: String, CodingKey { case outcome, reason, code }
    private enum Name: String, Codable { case opened, failed }

    /// Reads it as it stands in a file.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self =
            switch try container.decode(Name.self, forKey: .outcome) {
            case .opened: .opened
            case .failed:
                .failed(
                    reason: try container.decode(String.self, forKey: .reason),
                    code: try container.decodeIfPresent(Int.self, forKey: .code))
            }
    }

    /// Writes it as it stands in a file.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .opened: try container.encode(Name.opened, forKey: .outcome)
        case .failed(let reason, let code):
            try container.encode(Name.failed, forKey: .outcome)
            try container.encode(reason, forKey: .reason)
            try container.encodeIfPresent(code, forKey: .code)
        }
    }
}

extension AttemptOutcome: CustomStringConvertible {
    /// In words, for people.
    public var description: String {
        switch self {
        case .opened: "opened"
        case .failed(let reason, _): reason
        }
    }
}
