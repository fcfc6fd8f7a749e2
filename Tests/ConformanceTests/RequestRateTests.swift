import History
import Testing
import Verdicts

@testable import Conformance

@Suite("sockjs/request-rate tells a busy loop of polls from a client that asks rarely")
struct RequestRateTests {
    @Test(
        arguments: [
            (2, .pass, []), (3, .pass, []), (4, .inconclusive, []), (10, .inconclusive, []),
            (11, .fail, [.requestStorm]), (400, .fail, [.requestStorm]),
        ] as [(Int, Verdict, Set<FindingCode>)])
    func `what lies between is a doubt`(_ polls: Int, _ verdict: Verdict, _ codes: Set<FindingCode>) throws {
        let history = JudgeHistory { events in
            for number in 1...polls {
                events.request(number == 1 ? .pollOpen : .poll, "POST", "/sockjs/0/s/xhr", session: "s", status: 200)
            }
        }.history
        let result = try judged("sockjs/request-rate", history)
        #expect(result.verdict == verdict, "\(result.reason)")
        #expect(result.codes == codes)
    }
}
