import Stickler
import Testing

/// What a user says of the balancer, leaves out, and allows in time.
@Suite struct DeclarationTests {
    @Test func `what is left out does not run, and what the balancer lacks is unsupported`() async throws {
        let verification = try Verification(
            cases: ["sockjs/info", "sockjs/cors", "stickiness/websocket-first"], timeLimit: .seconds(60),
            caseLimit: .seconds(20), declarations: Declarations(without: [.clientAffinity], skip: ["*/cors"]))
        #expect(verification.cases.map(\.id) == ["sockjs/info", "stickiness/websocket-first"])

        let report = try await verification.run().report
        #expect(report.cases.map(\.verdict) == [.pass, .unsupported])
        #expect(report.conclusion == .pass)
        #expect(report.coverage.without == [.clientAffinity], "the run is not one of everything")
    }

    /// Nothing is asked of the site before it runs.
    @Test func `all that the program can be told, the library can`() throws {
        let verification = try Verification(
            .url(
                "http://staging.example.com", controls: ["10.0.0.1:7101", "10.0.0.2:7101", "10.0.0.3:7101"]),
            timeLimit: .seconds(1_200), caseLimit: .seconds(180),
            declarations: Declarations(
                without: [.requestBodies], skip: ["sockjs/iframe*"], scope: .client, claimsOf: "nginx"),
            access: SiteAccess(host: "shop.example.com", headers: ["X-Preview: yes"]))
        #expect(verification.cases.contains { $0.id == "limits/request-body" }, "it will be unsupported")
        #expect(!verification.cases.contains { $0.id == "sockjs/iframe-page" })
    }
}
