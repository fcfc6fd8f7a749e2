import Fleet
import History
import NIOPosix
import Testing
import Wire

@Suite("What a run keeps of answers is bounded", .timeLimit(.minutes(1)))
struct RecordBudgetTests {
    @Test("Once there is no more room a request fails with its own message, and nothing more is kept")
    func full() async throws {
        let field = "X-Long: \(String(repeating: "x", count: 1_000))\r\n"
        let answers = [AnsweringServer.Answer](repeating: .http(200, "", field), count: 3)
        try await AnsweringServer.running(answers) { server, _, _ in
            let recorder = HistoryRecorder(budget: RecordBudget(bytes: 1_500))
            let client = VirtualClient(
                name: "c", target: .init(endpoint: server.endpoint), source: nil, seed: 1,
                loop: MultiThreadedEventLoopGroup.singleton.next(), recorder: recorder)
            let plan = RequestPlan(label: RequestLabel("x"), limit: long)
            #expect(await client.request("GET", "/", plan).status == 200)
            guard case .failed(let failed) = await client.request("GET", "/", plan) else {
                Issue.record("expected a failure")
                return
            }
            #expect(failed.detail.contains("the answers recorded in this run have filled the 128 MiB"))
            let failures = recorder.history.events.filter { if case .requestFailed = $0.kind { true } else { false } }
            #expect(failures.count == 1)
        }
    }
}
