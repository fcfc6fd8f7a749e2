import Clocks
import NIOCore
import Testing

@testable import Wire

@Suite("A long line holds what passes, each way", .timeLimit(.minutes(1)))
struct DelayLineTests {
    /// A length, told from the time of a busy machine by being passed at least.
    static let delay = Duration.milliseconds(60)

    static func answer(
        _ script: ScriptedServer.Script, outward: Duration = .zero, inward: Duration = .zero
    ) async throws -> (response: ClientResponse, took: Duration) {
        try await ScriptedServer.running(script) { server async throws in
            let factory = ConnectionFactory(target: server.endpoint).over(outward: outward, inward: inward)
            let connection = try await HTTPConnection.open(factory, on: ScriptedServer.loop)
            let start = MonotonicClock.now
            let response = try await connection.send(HTTPConnectionTests.get, within: MailboxTests.long)
            let took = MonotonicClock.now - start
            await connection.close()
            return (response, took)
        }
    }

    @Test(arguments: [(delay, Duration.zero), (.zero, delay), (delay, delay)])
    func `An answer comes whole, and later by both ways`(outward: Duration, inward: Duration) async throws {
        let script = ScriptedServer.Script("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").bytewise
        let (response, took) = try await Self.answer(script, outward: outward, inward: inward)
        #expect(String(buffer: response.body) == "hello")
        #expect(took >= outward + inward)
    }

    @Test func `The peer's end comes behind what it sent before`() async throws {
        let script = ScriptedServer.Script("HTTP/1.1 200 OK\r\n\r\nuntil the end", closes: true)
        let (response, took) = try await Self.answer(script, inward: Self.delay)
        #expect(String(buffer: response.body) == "until the end")
        #expect(took >= Self.delay)
    }
}
