import Testing

@testable import Verdicts

struct CounterFoldTests {
    @Test(
        arguments: [
            ([5, 6, 7], []), ([], []), ([.min, .min + 1], []), ([.max - 1, .max], []), ([1, 1], [.repeated(1)]),
            ([1, 3, 4], [.skipped(to: 3, after: 1)]), ([2, 3, 1, 4], [.wentBack(1, after: 3)]),
            ([3, 1, 3], [.wentBack(1, after: 3), .repeated(3)]), ([.max, .min], [.wentBack(.min, after: .max)]),
            ([.min, .max], [.skipped(to: .max, after: .min)]),
        ] as [([Int], [CounterViolation])])
    func `a counter grows by one`(_ numbers: [Int], _ violations: [CounterViolation]) {
        var fold = CounterFold()
        #expect(numbers.compactMap { fold.hear($0) } == violations)
    }
}
