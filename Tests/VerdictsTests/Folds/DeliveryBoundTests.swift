import Testing

@testable import Verdicts

struct DeliveryBoundTests {
    @Test(arguments: DeliveryPromise.all)
    func `sound messages leave it as it was, however many`(_ promise: DeliveryPromise) {
        var fold = DeliveryFold(promise)
        for number in 1...100_000 {
            if number % 1_000 == 1 { #expect(fold.connect(epoch: UInt32(number / 1_000 + 1)) == nil) }
            if fold.send(number) != nil || fold.receive(number, .intact, epoch: UInt32(number / 1_000 + 1)) != .sound {
                Issue.record("message \(number) was sound")
            }
        }
        #expect(fold.kept <= 3)
    }

    @Test(arguments: DeliveryPromise.all)
    func `strange and repeated messages leave it as it was, and are all told`(_ promise: DeliveryPromise) {
        var fold = DeliveryFold(promise)
        for number in 1...10 { _ = fold.send(number) }
        for number in 1...9 { _ = fold.receive(number, .intact, epoch: 0) }
        let (kept, each) = (fold.kept, promise == .perConnection ? 500_000 : 5_000)
        var tally = DeliveryTally()
        for number in 0..<each {
            tally.add(fold.receive(11 + number * 7, .intact, epoch: 0))
            tally.add(fold.receive(number % 9 + 1, .altered, epoch: 0))
        }
        #expect(tally.unexpected == each && tally.duplicated == each)
        #expect(fold.kept == kept)
        #expect(fold.receive(10, .intact, epoch: 0) == .sound)
    }

    @Test(arguments: DeliveryPromise.all)
    func `who makes too many holes is told so once, and then nothing is kept`(_ promise: DeliveryPromise) {
        var (fold, tally, most) = (DeliveryFold(promise, limit: 64), DeliveryTally(), 0)
        for number in 1...100_000 { if let violation = fold.send(number) { tally.add(violation) } }
        for number in stride(from: 1, through: 100_000, by: 2) {
            tally.add(fold.receive(number, .intact, epoch: 0))
            most = max(most, fold.kept)
        }
        #expect(most == 65)
        #expect(tally.untellable == 1 && tally.untold == 50_000 - 33)
        #expect(fold.kept == 0 && fold.drain() == nil)
    }

    @Test func `who repeats every second message of an earlier connection is told so once`() {
        var (fold, tally) = (DeliveryFold(.exactlyOnce, limit: 64), DeliveryTally())
        _ = fold.connect(epoch: 1)
        for number in 1...10_000 {
            _ = fold.send(number)
            _ = fold.receive(number, .intact, epoch: 1)
        }
        _ = fold.connect(epoch: 2)
        for number in stride(from: 1, through: 10_000, by: 2) { tally.add(fold.receive(number, .intact, epoch: 2)) }
        #expect(tally.untellable == 1 && tally.replayed == 64 && tally.untold == 5_000 - 65)
    }

    @Test func `payloads that wait count too`() {
        var (fold, tally) = (DeliveryFold(.perConnection, limit: 64), DeliveryTally())
        for number in 1...1_000 {
            if let violation = fold.send(number, MessagePayload(digest: 0, bytes: 1)) { tally.add(violation) }
        }
        #expect(tally.untellable == 1 && fold.kept == 0)
    }

    @Test func `where messages die with their connection, the next one is told again`() {
        var fold = DeliveryFold(.perConnection, limit: 4)
        for number in 1...20 { _ = fold.send(number) }
        for number in stride(from: 1, through: 20, by: 2) { _ = fold.receive(number, .intact, epoch: 0) }
        #expect(fold.receive(2, .intact, epoch: 0) == .untold)
        #expect(fold.connect(epoch: 1) == nil)
        #expect(fold.send(21) == nil)
        #expect(fold.receive(21, .intact, epoch: 1) == .sound)
        #expect(fold.receive(21, .intact, epoch: 1) == .wrong(.duplicated(21)))
    }

    @Test func `a sound session is small`() {
        #expect(MemoryLayout<DeliveryFold>.size <= 136)
        // Nothing of a receipt needs counting of references.
        #expect(_isPOD(DeliveryReceipt.self))
    }
}
