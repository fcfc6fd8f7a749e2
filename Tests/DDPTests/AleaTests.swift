import DDP
import Testing

@Suite struct `Random ids from a seed` {
    @Test(arguments: try EJSONVectors.read().alea)
    func `are those that Meteor draws`(row: EJSONVectors.Alea) {
        var generator = Alea(seeds: row.seeds.map(\.text))
        #expect(generator.id() == row.id)
        #expect(generator.id() == row.id2)
        #expect(generator.hexString(20) == row.hex20)
        #expect(generator.fraction() == row.fraction)
    }
}
