import NIOCore
import NIOHTTP1
import Testing
import Wire

@testable import StickyProxy

/// One row of a table: a rule of ``ClientRequestQueue``, and events that show it.
struct ClientRequestScript: Sendable, CustomTestStringConvertible {
    enum Event: Sendable {
        case received(String), receivedAll
        /// Takes what there is to take, for an exchange that takes more of its request or doesn't.
        case turn(takes: Bool)
        case resumed
        case answered(keepsAlive: Bool), truncated, left
        /// Some seconds passed, while a node waits for the request or doesn't.
        case passed(seconds: Int, nodeWaits: Bool)
        case foundNoPlace
    }

    let rule: String
    let events: [Event]
    /// What the last event leads to, in words.
    let last: [String]

    init(_ rule: String, _ events: [Event], _ last: [String]) {
        self.rule = rule
        self.events = events
        self.last = last
    }

    var testDescription: String { rule }

    /// 8 parts a turn, 100 pending bytes; 5 s silence, 3 s a head, 3 s for 10 bytes of a body, 4 s an exchange.
    static var limits: Behavior.Limits {
        var limits = Behavior.Limits()
        (limits.partsPerTurn, limits.pendingBytes) = (8, 100)
        (limits.clientIdle, limits.headTime, limits.bodyTime) = (.seconds(5), .seconds(3), .seconds(3))
        (limits.exchangeIdle, limits.bodyProgress) = (.seconds(4), 10)
        return limits
    }

    /// Runs the events and compares what the last one leads to.
    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        var queue = ClientRequestQueue(Self.limits)
        var last: [ClientRequestQueue.Step] = []
        for event in events { last = queue.take(event) }
        #expect(last.map(\.words) == self.last, sourceLocation: sourceLocation)
    }
}

extension ClientRequestQueue {
    mutating func take(_ event: ClientRequestScript.Event) -> [Step] {
        switch event {
        case .received(let text):
            receive(ByteBuffer(string: text))
            return []
        case .receivedAll:
            receivedAll()
            return []
        case .turn(let takes): return turn(takes)
        case .resumed:
            resume()
            return []
        case .answered(let keepsAlive): return [answered(keepsAlive: keepsAlive)]
        case .truncated: return [truncated()]
        case .left:
            _ = leave()
            return []
        case .passed(let seconds, let nodeWaits):
            let steps = (0..<seconds).map { _ in passed(.seconds(1), nodeWaits: nodeWaits) }
            return steps.filter { $0 != .none }
        case .foundNoPlace:
            foundNoPlace()
            return []
        }
    }

    private mutating func turn(_ takes: Bool) -> [Step] {
        guard beginTurn() else { return [] }
        var steps: [Step] = []
        while case let step = next(exchangeTakes: takes), step != .none { steps.append(step) }
        endTurn()
        return steps
    }
}

extension ClientRequestQueue.Step {
    fileprivate var words: String {
        switch self {
        case .none: "none"
        case .begin(let head): "begin \(head.target)"
        case .forward(.head(let head)): "head \(head.target)"
        case .forward(.body(let bytes)): "body \(String(buffer: bytes))"
        case .forward(.end): "end"
        case .refuse(let answer): "refuse \(answer.status.code)"
        case .answerAndClose(let answer): "answer \(answer.status.code) and close"
        case .close: "close"
        case .takeNext: "take next"
        case .yield: "yield"
        case .abort: "abort"
        }
    }
}
