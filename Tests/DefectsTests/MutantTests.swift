import StickyProxy
import Testing

@testable import Defects

@Suite("Mutants")
struct MutantTests {
    @Test("names are unique, and no two break the same case")
    func unique() {
        #expect(Set(Mutant.all.map(\.name)).count == Mutant.all.count)
        #expect(Set(Mutant.all.map(\.breaks)).count == Mutant.all.count)
    }

    @Test("each differs from the reference", arguments: Mutant.all.map(\.name))
    func differs(_ name: String) throws {
        let mutant = try #require(Mutant.named(name))
        #expect(mutant.behavior != .reference || !mutant.defects.isEmpty)
        #expect(mutant.behavior == .reference || mutant.defects.isEmpty)
    }

    @Test("a name of nobody's finds none")
    func unknown() { #expect(Mutant.named("no-such-mutant") == nil) }
}
