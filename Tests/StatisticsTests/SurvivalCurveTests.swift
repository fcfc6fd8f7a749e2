import Testing

@testable import Statistics

struct SurvivalCurveTests {
    /// Weeks of remission under 6-mercaptopurine (Freireich and others, 1963), the textbooks' example of the estimate.
    private static let remissions: [SurvivalCurve.Observation] =
        [6, 6, 6, 7, 10, 13, 16, 22, 23].map { .came(after: .seconds($0)) }
        + [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map { .unseen(since: .seconds($0)) }

    @Test func `it is Kaplan and Meier's`() {
        let curve = SurvivalCurve(Self.remissions)
        #expect(curve.count == 21 && curve.neverCount == 12)
        #expect(curve.steps.map(\.time) == [6, 7, 10, 13, 16, 22, 23].map { .seconds($0) })
        let known = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
        for (step, waiting) in zip(curve.steps, known) { #expect(abs(1 - step.fraction - waiting) < 0.0005, "\(step)") }
        #expect(curve.quantile(0.5) == .seconds(23))
        #expect(curve.quantile(0.25) == .seconds(13))
        #expect(curve.quantile(0.6) == nil)
        #expect(curve.fraction(by: .milliseconds(5_999)) == 0)
        #expect(curve.fraction(by: .seconds(6)) == curve.steps[0].fraction)
        #expect(curve.fraction(by: .seconds(1_000)) == curve.steps[6].fraction)
    }

    @Test(arguments: 1...60)
    func `where all came, quantiles are those of the sorted times`(_ count: Int) {
        let times = (1...count).map { Duration.seconds($0) }
        let curve = SurvivalCurve(times.shuffled().map { .came(after: $0) })
        #expect(curve.neverCount == 0)
        for number in 1...count {
            #expect(curve.quantile(Double(number) / Double(count)) == times[number - 1])
        }
        #expect(curve.quantile(0) == times[0] && curve.quantile(1) == times[count - 1])
    }

    @Test func `where one was not seen to the end, its fraction stays open`() {
        let curve = SurvivalCurve((1...99).map { .came(after: .seconds($0)) } + [.unseen(since: .seconds(100))])
        #expect(curve.quantile(0.99) == .seconds(99))
        #expect(curve.quantile(0.991) == nil)
        #expect(curve.neverCount == 1)
    }

    @Test func `whoever is last seen when another comes could still have come`() throws {
        let curve = SurvivalCurve([.unseen(since: .seconds(1)), .came(after: .seconds(1))])
        #expect(curve.fraction(by: .seconds(1)) == 0.5)
        let earlier = SurvivalCurve([.unseen(since: .milliseconds(999)), .came(after: .seconds(1))])
        #expect(earlier.fraction(by: .seconds(1)) == 1)
    }

    @Test func `nothing is said of nobody`() {
        let curve = SurvivalCurve([])
        #expect(curve.fraction(by: .seconds(1)) == nil && curve.quantile(0.5) == nil && curve.count == 0)
        let none = SurvivalCurve([.unseen(since: .seconds(1))])
        #expect(none.fraction(by: .seconds(1)) == 0 && none.quantile(0) == nil && none.neverCount == 1)
    }
}
