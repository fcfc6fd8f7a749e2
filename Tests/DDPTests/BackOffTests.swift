import DDP
import Testing

@Suite struct `Meteor's back-off` {
    @Test(arguments: [
        (0, 0.01, 0.01), (1, 0.01, 0.01), (2, 3.63, 6.05), (3, 7.986, 13.31), (4, 17.569, 29.282), (7, 187.08, 311.80),
        (8, 225, 375), (1000, 225, 375),
    ])
    func `comes again twice at once, then ever later`(count: Int, least: Double, most: Double) {
        let range = BackOff().range(after: count)
        #expect(abs(range.lowerBound / .seconds(1) - least) < 0.01)
        #expect(abs(range.upperBound / .seconds(1) - most) < 0.01)
        var generator = SystemRandomNumberGenerator()
        #expect(range.contains(BackOff().delay(after: count, using: &generator)))
    }
}
