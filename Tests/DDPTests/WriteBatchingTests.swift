import DDP
import Testing

@Suite struct `Documents that come together` {
    private static func added(_ id: Int) -> String { #"{"msg":"added","collection":"c","id":"\#(id)"}"# }

    /// A connected client that batches its writes.
    private static func client() -> ScriptedClient {
        var configuration = ClientSession.Configuration()
        configuration.heartbeat = nil
        configuration.writeBatching = WriteBatching(interval: .milliseconds(10), maximumAge: .milliseconds(40))
        return .connected(configuration: configuration)
    }

    private static func shown(_ client: inout ScriptedClient) -> Int {
        client.happened().count { $0.hasPrefix("data") }
    }

    @Test func `are shown when none has come for the interval`() {
        var client = Self.client()
        client.receive(Self.added(1))
        client.wait(milliseconds: 9)
        client.receive(Self.added(2))
        client.wait(milliseconds: 9)
        #expect(client.happened() == [])
        client.wait(milliseconds: 1)
        #expect(client.happened() == ["data \(Self.added(1))", "data \(Self.added(2))"])
    }

    @Test func `are shown by the next one once the first is too old`() {
        var client = Self.client()
        for id in 0...5 {
            client.receive(Self.added(id))
            #expect(Self.shown(&client) == (id == 5 ? 6 : 0), "document \(id) at \(9 * id) ms")
            client.wait(milliseconds: 9)
        }
    }

    @Test(arguments: [#"{"msg":"updated","methods":["9"]}"#, #"{"msg":"ready","subs":["9"]}"#])
    func `are shown before what is no document`(_ message: String) {
        var client = Self.client()
        client.receive(Self.added(1))
        client.receive(message)
        #expect(client.happened().first == "data \(Self.added(1))")
    }

    @Test func `are shown when the connection ends`() {
        var client = Self.client()
        client.receive(Self.added(1))
        client.lose()
        #expect(client.happened().first == "data \(Self.added(1))")
    }

    @Test func `are shown before a method that waits`() {
        var client = Self.client()
        client.receive(Self.added(1))
        let id = client.call("m", [], CallOptions(wait: true))
        client.receive(Self.added(2))
        client.receive(#"{"msg":"updated","methods":["\#(id)"]}"#)
        let data = client.happened().filter { $0.hasPrefix("data") }
        #expect(data == ["data \(Self.added(1))", "data \(Self.added(2))"])
    }
}
