import History
import Testing

@testable import Verdicts

struct NodeOutagesTests {
    /// n1 is killed from 100 to 200 ms, noticed by 250 ms; n2 hangs from 300 ms on.
    private static let outages = {
        var outages = NodeOutages()
        outages.begin(Names.n1, .endsSessions, at: moment(100))
        outages.end(Names.n1, at: moment(200), patience: .milliseconds(50))
        outages.begin(Names.n2, .silencesNode, at: moment(300))
        return outages
    }()

    @Test(
        arguments: [
            (Names.n1, 0...99, false), (Names.n1, 0...100, true), (Names.n1, 150...160, true),
            (Names.n1, 250...400, true),
            (Names.n1, 251...400, false), (Names.n1, 0...1_000, true), (Names.n2, 0...299, false),
            (Names.n2, 0...300, true),
            (Names.n2, 9_000...9_001, true), (Names.n3, 0...9_000, false), (nil, 0...99, false),
            (nil, 251...299, false),
            (nil, 260...300, true),
        ] as [(NameNumber?, ClosedRange<Int64>, Bool)])
    func `a node is away until balancers have had the time to notice it`(
        _ node: NameNumber?, _ milliseconds: ClosedRange<Int64>, _ isAway: Bool
    ) {
        #expect((Self.outages.first(of: node, in: stretch(milliseconds)) != nil) == isAway)
    }

    @Test(
        arguments: [
            (Names.n1, 0...99, false), (Names.n1, 50...9_000, true), (Names.n1, 200...9_000, true),
            (Names.n1, 201...9_000, false), (Names.n2, 0...9_000, false),
        ] as [(NameNumber, ClosedRange<Int64>, Bool)])
    func `sessions end with a kill, if they opened before the node was back`(
        _ node: NameNumber, _ milliseconds: ClosedRange<Int64>, _ areGone: Bool
    ) {
        #expect(Self.outages.endedSessions(of: node, in: stretch(milliseconds)) == areGone)
    }

    @Test func `a second outage does not end the first, nor the other way round`() {
        var outages = NodeOutages()
        outages.begin(Names.n1, .silencesNode, at: moment(10))
        outages.end(Names.n1, at: moment(20), patience: .zero)
        outages.begin(Names.n1, .silencesNode, at: moment(30))
        #expect(outages.first(of: Names.n1, in: stretch(21...29)) == nil)
        outages.end(Names.n1, at: moment(40), patience: .zero)
        #expect(outages.first(of: Names.n1, in: stretch(21...29)) == nil)
        #expect(outages.first(of: Names.n1, in: stretch(35...36))?.from == moment(30))
    }

    @Test func `a stretch may be told backwards`() {
        #expect(ClosedRange(between: moment(5), and: moment(3)) == stretch(3...5))
        #expect(ClosedRange(between: moment(3), and: moment(5)) == stretch(3...5))
    }

    @Test func `a table of names is full at some time`() {
        var table = NameTable(limit: 2)
        let numbers = ["a", "b", "c", "a", "d"].map { table.number(of: $0) }
        #expect(numbers[0] == numbers[3] && numbers[0] != numbers[1])
        #expect(numbers[2] == .other && numbers[4] == .other)
        #expect(numbers.map { table[$0] } == ["a", "b", "another name", "a", "another name"])
        for stranger in 0..<10_000 { _ = table.number(of: "x\(stranger)") }
        #expect(table.count == 2)
    }
}
