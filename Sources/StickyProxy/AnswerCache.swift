import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import Wire

/// Answers kept by ``Behavior/Answers/Cache``, for all event loops.
final class AnswerCache: Sendable {
    /// A node's answer as it came.
    struct Entry: Sendable, Equatable {
        var head: ResponseHead
        var body: ByteBuffer
    }

    /// Bodies longer than this are not kept.
    static let bodyLimit = 1 << 20

    private let rules: Behavior.Answers.Cache
    private let entries = NIOLockedValueBox<[String: Entry]>([:])

    init(_ rules: Behavior.Answers.Cache) { self.rules = rules }

    /// The answer kept for a request.
    func answer(to request: RequestHead) -> Entry? {
        entries.withLockedValue { $0[Self.key(request)] }
    }

    /// An empty entry for an answer worth keeping; nil for one that is not.
    func entry(for head: ResponseHead, to request: RequestHead) -> Entry? {
        guard rules.methods.contains(request.method.rawValue), rules.statuses.contains(head.status),
            Self.isFresh(head)
        else { return nil }
        return Entry(head: head, body: ByteBuffer())
    }

    /// Keeps a complete answer, while there is room.
    func keep(_ entry: Entry, for request: RequestHead) {
        guard entry.body.readableBytes <= Self.bodyLimit else { return }
        entries.withLockedValue { entries in
            if entries.count < rules.capacity { entries[Self.key(request)] = entry }
        }
    }

    private static func key(_ request: RequestHead) -> String { "\(request.method.rawValue) \(request.target)" }

    private static func isFresh(_ head: ResponseHead) -> Bool {
        let directives = head.elements("cache-control").map { $0.lowercased() }
        return directives.contains("public")
            && directives.contains { $0.hasPrefix("max-age=") && $0 != "max-age=0" }
    }
}
