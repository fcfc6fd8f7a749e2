import History
import Testing
import Verdicts

@testable import Conformance

struct ClientAddressTests {
    static let forged = "203.0.113.7"

    /// Three legs of one client, plain and forged; what the node saw on each.
    static func history(
        source: String? = "127.0.0.9", _ seen: (_ leg: Int, _ isForged: Bool) -> [String]?
    ) -> RunHistory {
        JudgeHistory { events in
            for isForged in [false, true] {
                for (leg, (method, target)) in [("GET", "/whoami"), ("POST", "/whoami"), ("GET", "/echo/websocket")]
                    .enumerated()
                {
                    let fields = seen(leg, isForged)
                    events.request(
                        isForged ? "client-address-forged" : "client-address", method, target, source: source,
                        status: fields == nil ? 403 : 200,
                        executed: fields.map { .init(headers: $0.map { ["x-forwarded-for", $0] }) })
                }
            }
        }.history
    }

    @Test(
        arguments: [
            ["127.0.0.9"], ["127.0.0.9:4711"], ["203.0.113.7, 127.0.0.9"], ["203.0.113.7", "127.0.0.9"],
            ["1.1.1.1,[::ffff:127.0.0.9]:80 "],
        ])
    func `the last entry counts, in whatever form, whoever wrote those before it`(_ fields: [String]) throws {
        let result = try judged("headers/client-address", Self.history { _, _ in fields })
        #expect(result.verdict == .pass, "\(result.reason)")
    }

    static let wrong: [([String], Set<FindingCode>)] = [
        ([], [.addressMissing]),
        (["127.0.0.9, "], [.addressMissing]),
        (["127.0.0.9, 127.0.0.1"], [.addressWrong]),
        (["127.0.0.9", forged], [.addressForged, .addressWrong]),
    ]

    @Test(arguments: wrong)
    func `without the client's address at the end, the node can't learn it`(
        _ fields: [String], _ codes: Set<FindingCode>
    ) throws {
        let result = try judged("headers/client-address", Self.history { _, _ in fields })
        #expect(result.verdict == .fail)
        #expect(result.codes == codes)
    }

    @Test(arguments: 0..<3)
    func `each leg counts`(_ wrong: Int) throws {
        for isForged in [false, true] {
            let history = Self.history { leg, forged in
                leg == wrong && forged == isForged ? [isForged ? Self.forged : "127.0.0.1"] : ["127.0.0.9"]
            }
            let result = try judged("headers/client-address", history)
            #expect(result.codes == [isForged ? .addressForged : .addressWrong])
        }
    }

    @Test func `where the source is not known, all legs must show the same one, and not a forged one`() throws {
        #expect(
            try judged("headers/client-address", Self.history(source: nil) { _, _ in ["9.9.9.9"] }).verdict == .pass)
        let differing = Self.history(source: nil) { leg, _ in ["9.9.9.\(leg)"] }
        #expect(try judged("headers/client-address", differing).codes == [.addressWrong])
        let forged = Self.history(source: nil) { _, isForged in [isForged ? Self.forged : "9.9.9.9"] }
        #expect(try judged("headers/client-address", forged).codes == [.addressForged])
        #expect(
            try judged("headers/client-address", Self.history(source: nil) { _, _ in [] }).codes == [.addressMissing])
    }

    @Test func `what no node saw proves nothing, but a forged field may be refused`() throws {
        #expect(try judged("headers/client-address", Self.history { _, _ in nil }).verdict == .inconclusive)
        let upgrades = Self.history { leg, _ in leg == 2 ? nil : ["127.0.0.9"] }
        #expect(try judged("headers/client-address", upgrades).verdict == .inconclusive)
        let forged = Self.history { _, isForged in isForged ? nil : ["127.0.0.9"] }
        #expect(try judged("headers/client-address", forged).verdict == .pass)
    }
}
