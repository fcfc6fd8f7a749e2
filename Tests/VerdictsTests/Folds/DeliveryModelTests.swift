import TestSupport
import Testing

@testable import Verdicts

struct DeliveryModelTests {
    @Test(arguments: DeliveryPromise.all)
    func `the fold says what a model says that keeps everything`(_ promise: DeliveryPromise) throws {
        var tally = DeliveryTally()
        for seed in 1...150 {
            var run = RandomDelivery(promise, seed: UInt64(seed))
            var (fold, epoch) = (DeliveryFold(promise), UInt32(0))
            var steps: [DeliveryStep] = []
            for _ in 0..<120 {
                let step = run.next()
                steps.append(step)
                let (expected, said) = (run.model.take(step), fold.take(step, epoch: &epoch))
                try #require(said == expected, "seed \(seed) after \(steps)")
                if let said { tally.add(said) }
            }
            let (expected, said) = (run.model.take(.drain), fold.take(.drain, epoch: &epoch))
            try #require(said == expected, "seed \(seed), drained after \(steps)")
        }
        // Else the seeds would show less than they seem to.
        for count in [tally.unexpected, tally.altered, tally.duplicated, tally.reordered, tally.stale] {
            #expect(count > 20, "\(tally)")
        }
        #expect(promise == .atLeastOnce ? tally.repeated > 20 && tally.replayed == 0 : tally.replayed > 20)
    }
}

/// A session at random: in order most of the time, with everything that can go wrong.
private struct RandomDelivery {
    var model: DeliveryModel
    private var random: SplitMix
    private var number: Int
    private let faults: Int

    init(_ promise: DeliveryPromise, seed: UInt64) {
        model = DeliveryModel(promise)
        random = SplitMix(state: seed)
        number = Int.random(in: -3...3, using: &random)
        faults = Int.random(in: 2...12, using: &random)
    }

    mutating func next() -> DeliveryStep {
        let missing = model.missing.sorted()
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return .connect(model.epoch + UInt32.random(in: 1...2, using: &random))
        case 1..<4: if let again = missing.randomElement(using: &random) { return .send(again) }
        case 4..<20: break
        default:
            if Int.random(in: 0..<faults, using: &random) == 0 { return fault(missing) }
            if let oldest = missing.first { return .receive(oldest) }
        }
        number += Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 2...5, using: &random) : 1
        return .send(number)
    }

    private mutating func fault(_ missing: [Int]) -> DeliveryStep {
        let content: MessageContent = Int.random(in: 0..<4, using: &random) == 0 ? .altered : .intact
        let late = model.epoch > 1 && Int.random(in: 0..<5, using: &random) == 0 ? model.epoch - 1 : nil
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .receive(Bool.random(using: &random) ? number + 100 : nil, content, on: late)
        case 1, 2: return .receive(model.arrived.randomElement(using: &random) ?? number - 50, content, on: late)
        default: return .receive(missing.randomElement(using: &random) ?? number + 50, content, on: late)
        }
    }
}
