@testable import Verdicts

/// What a ``DeliveryFold`` must say, by the words of its rules: it keeps all that ever happened, and looks it all through.
struct DeliveryModel {
    private struct Sending {
        var number: Int
        var epoch: UInt32
        var isBehind: Bool
    }

    private struct Arrival {
        var number: Int
        var epoch: UInt32
        var isFirst: Bool
        var isLate: Bool
        var isStale: Bool
    }

    let promise: DeliveryPromise
    private(set) var epoch: UInt32 = 0
    private var sendings: [Sending] = []
    private var arrivals: [Arrival] = []
    private var strangers: [UInt32] = []

    init(_ promise: DeliveryPromise) { self.promise = promise }

    /// What was sent and did not come.
    var missing: Set<Int> { Set(sendings.map(\.number)).subtracting(arrivals.map(\.number)) }
    /// What came.
    var arrived: [Int] { arrivals.map(\.number) }

    mutating func take(_ step: DeliveryStep) -> DeliverySaying? {
        switch step {
        case .connect(let next):
            let loss = promise == .perConnection ? loss() : nil
            epoch = next
            return loss
        case .send(let number, _):
            let isAgain = sendings.contains { $0.number == number }
            let isBehind = sendings.contains { $0.epoch == epoch && $0.number > number }
            sendings.append(Sending(number: number, epoch: epoch, isBehind: isAgain && isBehind))
            return nil
        case .receive(let number, let content, let on): return receive(number, content, on ?? epoch)
        case .disconnect, .drain: return loss()
        }
    }

    private mutating func receive(_ number: Int?, _ content: MessageContent, _ on: UInt32) -> DeliverySaying? {
        guard let number, sendings.contains(where: { $0.number == number }) else {
            strangers.append(epoch)
            return .wrong(.unexpected(number))
        }
        let isLate = on < epoch
        let former = arrivals.filter { $0.number == number }
        let greaterBefore = arrivals.contains {
            $0.isFirst && ($0.isLate || $0.epoch < epoch) && !$0.isStale && $0.number > number
        }
        let isHere = sendings.contains { $0.number == number && $0.epoch == epoch }
        let isStale = former.isEmpty && !isLate && !isHere && (promise == .perConnection || greaterBefore)
        defer {
            arrivals.append(
                Arrival(number: number, epoch: epoch, isFirst: former.isEmpty, isLate: isLate, isStale: isStale))
        }
        guard former.isEmpty else {
            if !isLate, former.contains(where: { $0.epoch == epoch && !$0.isLate }) {
                return .wrong(.duplicated(number))
            }
            return promise == .atLeastOnce ? .repeated : .wrong(.replayed(number))
        }
        if content == .altered { return .wrong(.altered(number, sent: nil, came: nil)) }
        if isStale { return .wrong(.stale(number)) }
        let isUnordered =
            promise != .perConnection
            && sendings.contains { $0.number == number && $0.epoch == epoch && $0.isBehind }
        let greatest = arrivals.filter { $0.epoch == epoch && $0.isFirst && !$0.isLate && !$0.isStale }.map(\.number)
            .max()
        if !isLate, !isUnordered, let greatest, greatest > number {
            return .wrong(.reordered(number, after: greatest))
        }
        return nil
    }

    private func loss() -> DeliverySaying? {
        let isPerConnection = promise == .perConnection
        let missing = self.missing.filter { number in
            !isPerConnection || sendings.contains { $0.number == number && $0.epoch == epoch }
        }
        let unexpected = strangers.count { !isPerConnection || $0 == epoch }
        guard missing.count > unexpected else { return nil }
        let greatest =
            arrivals.filter {
                $0.isFirst && (!isPerConnection || ($0.epoch == epoch && !$0.isLate && !$0.isStale))
            }.map(\.number).max() ?? .min
        return .lost(
            gaps: missing.filter { $0 < greatest }.sorted(), unseen: missing.filter { $0 > greatest }.sorted())
    }
}
