import Stickler
import Testing

/// An app of one's own behind the balancer: the nodes pass on what is none of theirs. In place of a shop there are nodes
/// here, whose page says who they are.
@Suite struct OwnAppTests {
    @Test func `a visitor's pages come from one of three apps`() async throws {
        var shops: [StandaloneNode] = []
        for number in 1...3 {
            shops.append(try await .start(id: "shop\(number)", listen: "127.0.0.1:0", control: "127.0.0.1:0"))
        }
        let outcome = try await Verification(
            cases: ["shop/visitor-stays", "sockjs/info"], ownCases: [.visitorStays], apps: shops.map(\.listen)
        ).run()
        for shop in shops { try await shop.stop() }

        for failure in outcome.report.failures { Issue.record("\(failure.failureText)") }
        #expect(outcome.report.count(.pass) == 2)
        let history = HistoryView(try #require(outcome.history.runs["shop/visitor-stays"]))
        let pages = history.exchanges.filter { $0.sent.label == .page }
        let shop = try #require(pages.first?.response?.nodeID).replacing("n", with: "shop")
        #expect(pages.allSatisfy { $0.response?.body.contains("Stickler node \(shop)<") ?? false })
    }
}
