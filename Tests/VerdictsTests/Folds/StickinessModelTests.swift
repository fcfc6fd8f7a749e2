import History
import TestSupport
import Testing

@testable import Verdicts

struct StickinessModelTests {
    @Test func `the fold says what a model says that keeps everything`() throws {
        var counts: [String: Int] = [:]
        for seed in 1...200 {
            var random = SplitMix(state: UInt64(seed))
            var (model, fold, outages) = (StickinessModel(), StickinessFold(), NodeOutages())
            var time: Int64 = 0
            for _ in 0..<60 {
                time += Int64.random(in: 1...20, using: &random)
                let node = [Names.n1, Names.n2, Names.n3].randomElement(using: &random) ?? Names.n1
                switch Int.random(in: 0..<12, using: &random) {
                case 0:
                    let owner = Int.random(in: 0..<9, using: &random) == 0 ? nil : node
                    model.openings.append((owner, time, model.ends.count))
                    fold.open(on: owner, at: moment(time))
                case 1:
                    let effect = Bool.random(using: &random) ? NodeOutages.Effect.endsSessions : .silencesNode
                    model.outages.append((node, effect, time, nil))
                    outages.begin(node, effect, at: moment(time))
                case 2:
                    for index in model.outages.indices where model.outages[index].node == node {
                        model.outages[index].back = model.outages[index].back ?? time
                    }
                    outages.end(node, at: moment(time), patience: .milliseconds(30))
                default:
                    let end = Self.end(by: node, fold.owner, &random)
                    let during = max(0, time - Int64.random(in: 0...40, using: &random))...time
                    model.ends.append((end, during))
                    let receipt = fold.end(end, of: Names.poll, during: stretch(during), outages: outages)
                    try #require(receipt == model.receipts.last, "seed \(seed): \(model)")
                    counts[String("\(receipt)".prefix { $0 != "(" }), default: 0] += 1
                }
            }
        }
        // Else the seeds would show less than they seem to.
        #expect(counts.count == 5 && counts.values.allSatisfy { $0 > 200 }, "\(counts)")
    }

    /// Mostly a good answer of the owner.
    private static func end(by node: NameNumber, _ owner: NameNumber?, _ random: inout SplitMix) -> RequestEnd {
        switch Int.random(in: 0..<16, using: &random) {
        case 0: .answered(status: 200, by: node)
        case 1: .answered(status: 502, by: nil)
        case 2: .failed(elsewhere: node == owner ? nil : node)
        case 3: .failed(elsewhere: nil)
        default: .answered(status: 200, by: owner ?? node)
        }
    }
}

/// What a ``StickinessFold`` must say, by the words of its rules: it keeps all that ever happened, in milliseconds.
private struct StickinessModel {
    var openings: [(owner: NameNumber?, at: Int64, ends: Int)] = []
    var ends: [(end: RequestEnd, during: ClosedRange<Int64>)] = []
    var outages: [(node: NameNumber, effect: NodeOutages.Effect, from: Int64, back: Int64?)] = []

    /// Of each end since the latest opening.
    var receipts: [StickinessReceipt] {
        guard let opening = openings.last, let owner = opening.owner else { return ends.map { _ in .ownerless } }
        var receipts: [StickinessReceipt] = []
        var isLost = false
        for (end, during) in ends[opening.ends...] {
            let wrong = Self.wrong(end, owner)
            let own = outages.filter { $0.node == owner && $0.from <= during.upperBound }
            let isKilled = own.contains { $0.effect == .endsSessions && $0.back ?? .max >= opening.at }
            let isAway = own.contains { $0.back.map { $0 + 30 } ?? .max >= during.lowerBound }
            if receipts.contains(where: { if case .wrong = $0 { true } else { false } }) {
                receipts.append(.consequence)
            } else if isLost {
                receipts.append(.excused)
            } else if let wrong {
                isLost = isKilled || (isAway && wrong.isMove)
                receipts.append(
                    isKilled || isAway
                        ? .excused : .wrong(StickinessViolation(owner: owner, kind: Names.poll, wrong: wrong)))
            } else {
                receipts.append(.sound)
            }
        }
        return receipts
    }

    private static func wrong(_ end: RequestEnd, _ owner: NameNumber) -> StickinessViolation.Wrong? {
        switch end {
        case .answered(let status, let node):
            guard let node else { return .answeredByBalancer(status: status) }
            if node != owner { return .moved(to: node, status: status) }
            return [200, 204].contains(status) ? nil : .refused(status: status)
        case .failed(let elsewhere): return elsewhere.map { .failedElsewhere($0) } ?? .failed
        }
    }
}
