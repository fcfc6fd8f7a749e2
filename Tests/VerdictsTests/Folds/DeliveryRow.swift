import Testing

@testable import Verdicts

/// One thing that a session's driver tells a ``DeliveryFold``.
enum DeliveryStep: Sendable, Hashable {
    case connect(UInt32)
    case send(Int, MessagePayload? = nil)
    /// On this connection; nil for the latest.
    case receive(Int?, MessageContent = .intact, on: UInt32? = nil)
    case disconnect
    case drain

    static func send(_ numbers: ClosedRange<Int>) -> [DeliveryStep] { numbers.map { .send($0) } }
    static func receive(_ numbers: ClosedRange<Int>) -> [DeliveryStep] { numbers.map { .receive($0) } }
}

/// One thing that a ``DeliveryFold`` says; of sound messages it says nothing.
enum DeliverySaying: Sendable, Hashable {
    case wrong(DeliveryViolation)
    case repeated
    case untold
    case lost(gaps: [Int], unseen: [Int])

    init?(_ receipt: DeliveryReceipt) {
        switch receipt {
        case .sound: return nil
        case .repeated: self = .repeated
        case .untold: self = .untold
        case .wrong(let violation): self = .wrong(violation)
        }
    }

    init?(_ loss: DeliveryLoss?) {
        guard let loss else { return nil }
        self = .lost(gaps: loss.gaps.runs.flatMap(Array.init), unseen: loss.unseen.runs.flatMap(Array.init))
    }
}

extension DeliveryFold {
    /// What it says of this step.
    mutating func take(_ step: DeliveryStep, epoch: inout UInt32) -> DeliverySaying? {
        switch step {
        case .connect(let next):
            epoch = max(epoch, next)
            return DeliverySaying(connect(epoch: next))
        case .send(let number, let payload): return send(number, payload).map(DeliverySaying.wrong)
        case .receive(let number, let content, let on):
            return DeliverySaying(receive(number, content, epoch: on ?? epoch))
        case .disconnect: return DeliverySaying(disconnect())
        case .drain: return DeliverySaying(drain())
        }
    }
}

/// A rule, steps that show it, and all that must be said of them.
struct DeliveryRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var promises: [DeliveryPromise]
    var steps: [DeliveryStep]
    var sayings: [DeliverySaying]

    init(
        _ rule: String, under promises: [DeliveryPromise] = DeliveryPromise.all, _ steps: [DeliveryStep],
        says sayings: [DeliverySaying] = []
    ) {
        testDescription = rule
        self.promises = promises
        self.steps = steps
        self.sayings = sayings
    }
}

extension DeliveryPromise {
    static let all: [DeliveryPromise] = [.perConnection, .exactlyOnce, .atLeastOnce]
    /// Those under which a session outlives its connections.
    static let ofSessions: [DeliveryPromise] = [.exactlyOnce, .atLeastOnce]
}
