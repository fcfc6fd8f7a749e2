import Conformance
import Testing

@testable import Stickler

@Suite struct CasePatternTests {
    @Test(arguments: [
        ("sockjs/info", "sockjs/info", true), ("sockjs/info", "sockjs/infos", false),
        ("sockjs/info", "sockjs/inf", false),
        ("sockjs/*", "sockjs/info", true), ("sockjs/*", "sockjs/", true), ("sockjs/*", "ddp/info", false),
        ("*", "anything", true), ("*/info", "sockjs/info", true), ("*-*", "kill-moves-sessions", true),
        ("a*b*c", "abbbc", true), ("a*b*c", "acb", false), ("**", "x", true), ("", "", true), ("", "x", false),
        ("SOCKJS/*", "sockjs/info", false),
    ])
    func `an asterisk stands for any characters, everything else for itself`(
        pattern: String, id: String, matches: Bool
    ) {
        #expect(CasePattern(text: pattern).matches(id) == matches)
    }

    @Test func `no pattern picks every case`() throws {
        #expect(try CaseChoice.catalogue.selected([]).map(\.description.id) == CaseCatalog.all.map(\.description.id))
    }

    @Test func `patterns add up, in the order of the catalogue and each case once`() throws {
        let picked = try CaseChoice.catalogue.selected(["tunnel/*", "upgrade/reaches-node", "tunnel/close-code"])
        #expect(
            picked.map(\.description.id) == [
                "upgrade/reaches-node", "tunnel/message-sizes", "tunnel/close-code", "tunnel/first-frame-with-101",
            ])
    }

    @Test func `a pattern that picks nothing is an error, also beside one that does`() {
        let error = #expect(throws: VerificationError.self) {
            try CaseChoice.catalogue.selected(["sockjs/*", "nothing"])
        }
        #expect(error?.exitCode == 2)
        #expect(error?.description.contains("\"nothing\"") == true)
    }
}
