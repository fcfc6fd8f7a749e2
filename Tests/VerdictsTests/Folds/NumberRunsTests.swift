import TestSupport
import Testing

@testable import Verdicts

struct NumberRunsTests {
    @Test(arguments: 1...60)
    func `it holds what a set holds, as runs that nothing could join`(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        let span = Int.random(in: 4...60, using: &random)
        var (runs, set) = (NumberRuns(), Set<Int>())
        for _ in 0..<300 {
            let number = Int.random(in: -span...span, using: &random)
            if Bool.random(using: &random) {
                #expect(runs.insert(number) == set.insert(number).inserted)
            } else {
                #expect(runs.remove(number) == (set.remove(number) != nil))
            }
            expect(runs, set)
            let bound = Int.random(in: -span...span, using: &random)
            let (below, others) = runs.split(below: bound)
            expect(below, set.filter { $0 < bound })
            expect(others, set.filter { $0 >= bound })
            #expect(runs.contains(bound) == set.contains(bound))
        }
    }

    @Test(arguments: 1...200)
    func `a union holds what either holds`(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        func numbers() -> Set<Int> {
            let start = Int.random(in: -8...8, using: &random)
            return Set((0..<8).map { _ in start + Int.random(in: 0...6, using: &random) }.prefix(Int(seed % 9)))
        }
        let (one, other) = (numbers(), numbers())
        var union = NumberRuns(one)
        union.formUnion(NumberRuns(other))
        expect(union, one.union(other))
    }

    @Test func `the ends of the numbers are numbers as others`() {
        var runs = NumberRuns([.max, .min, .max - 1, .min + 1])
        #expect(runs.runs == [.min...(.min + 1), (.max - 1) ... .max])
        #expect(!runs.insert(.max) && !runs.insert(.min))
        #expect(runs.split(below: .min).below.isEmpty && runs.split(below: .max).others.runs == [.max ... .max])
        #expect(runs.remove(.min) && runs.remove(.max) && runs.count == 2)
        #expect(runs.least == .min + 1 && runs.greatest == .max - 1)
    }

    private func expect(_ runs: NumberRuns, _ set: Set<Int>, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(runs.runs.flatMap(Array.init) == set.sorted(), sourceLocation: sourceLocation)
        #expect(runs.count == set.count && runs.isEmpty == set.isEmpty, sourceLocation: sourceLocation)
        #expect(runs.least == set.min() && runs.greatest == set.max(), sourceLocation: sourceLocation)
        let apart = zip(runs.runs, runs.runs.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound }
        #expect(apart, "\(runs.runs)", sourceLocation: sourceLocation)
        #expect(runs.runCount == runs.runs.count, sourceLocation: sourceLocation)
    }
}
