import Testing

@testable import Discovery

@Suite("How long it is before what failed is tried again")
struct RetryDelayTests {
    static let pauses: [(spread: Double, milliseconds: [Int])] = [
        (1, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]), (0, [100, 200, 400, 800, 1_600, 2_500, 2_500]),
        (-1, [100, 200]), (7, [200, 400]),
    ]

    @Test("Twice as long each time, up to a bound; another part of it for each node", arguments: pauses)
    func doubles(_ spread: Double, _ milliseconds: [Int]) {
        var delay = RetryDelay(DiscoveryTiming(), spread: spread)
        #expect(milliseconds.map { _ in delay.next() } == milliseconds.map { .milliseconds($0) })
    }

    @Test("As at first once it has succeeded, and bounded however often it fails")
    func reset() {
        var delay = RetryDelay(DiscoveryTiming(), spread: 1)
        for _ in 0..<1_000 { #expect(delay.next() <= .seconds(5)) }
        delay.reset()
        #expect(delay.next() == .milliseconds(200))
    }
}
