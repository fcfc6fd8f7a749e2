import History
import Testing
import Verdicts

@testable import Conformance

struct ConnectionFieldTests {
    /// A GET and an upgrade, with what the node saw of each.
    static func history(
        plain: [[String]]?, upgrade: [[String]]? = [["upgrade", "websocket"], ["connection", "upgrade"]]
    ) -> RunHistory {
        JudgeHistory { events in
            for (target, fields) in [("/whoami", plain), ("/echo/websocket", upgrade)] {
                events.request(
                    "connection-field", "GET", target, status: fields == nil ? 400 : 200,
                    executed: fields.map { .init(headers: $0) })
            }
        }.history
    }

    @Test(
        arguments: [
            [], [["connection", "close"]], [["connection", "keep-alive"]], [["connection", "keep-alive, te"]],
            [["connection", "upgraded"]],
        ])
    func `what a client may say of its connection is no violation`(_ fields: [[String]]) throws {
        let result = try judged("headers/connection-field", Self.history(plain: fields))
        #expect(result.verdict == .pass, "\(result.reason)")
    }

    @Test(arguments: ["WebSocket", "websocket"])
    func `the value of Upgrade is compared in any case`(_ value: String) throws {
        let result = try judged(
            "headers/connection-field", Self.history(plain: [], upgrade: [["upgrade", value], ["connection", "x"]]))
        #expect(result.verdict == .pass)
    }

    static let wrong: [([[String]], [[String]], FindingCode, Verdict, String)] = [
        (
            [], [["upgrade", "upgrade"], ["connection", "upgrade"]], .upgradeFieldAltered, .fail,
            "the value of Connection"
        ),
        ([], [["upgrade", "h2c"], ["connection", "upgrade"]], .upgradeFieldAltered, .fail, "Upgrade: h2c"),
        (
            [["upgrade", "close"], ["connection", "close"]], websocket, .upgradeFieldAdded, .fail,
            "the value of Connection"
        ),
        ([["connection", "Upgrade"]], websocket, .connectionFieldAdded, .warning, "asked for no upgrade"),
        ([["connection", "keep-alive, upgrade"]], websocket, .connectionFieldAdded, .warning, "asked for no upgrade"),
    ]
    static let websocket = [["upgrade", "websocket"], ["connection", "upgrade"]]

    @Test(arguments: wrong)
    func `the finding tells what the node saw`(
        _ plain: [[String]], _ upgrade: [[String]], _ code: FindingCode, _ verdict: Verdict, _ words: String
    ) throws {
        let result = try judged("headers/connection-field", Self.history(plain: plain, upgrade: upgrade))
        #expect(result.verdict == verdict)
        #expect(result.codes == [code])
        #expect(result.reason.contains(words), "\(result.reason)")
    }

    @Test func `an upgrade that is not forwarded is the matter of another case, a plain request is not`() throws {
        #expect(try judged("headers/connection-field", Self.history(plain: [], upgrade: nil)).verdict == .inconclusive)
        #expect(try judged("headers/connection-field", Self.history(plain: [], upgrade: [])).verdict == .inconclusive)
        #expect(try judged("headers/connection-field", Self.history(plain: nil)).codes == [.requestFailed])
    }
}
