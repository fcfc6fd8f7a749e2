import DDP
import Testing

@Suite struct `A DDP client session` {
    @Test func `names its last session when it connects again, and goes on counting`() {
        var client = ClientSession()
        #expect(client.connect() == .connect(version: "1", support: ["1", "pre2", "pre1"]))
        #expect(client.receive(.connected(session: "S")) == .connected(session: "S"))
        #expect(client.method("echo", [1]) == .method(id: "1", method: "echo", params: [1]))
        #expect(client.connect() == .connect(version: "1", support: ["1", "pre2", "pre1"], session: "S"))
        #expect(client.method("echo") == .method(id: "2", method: "echo"))
    }

    @Test func `answers pings with their id`() {
        var client = ClientSession()
        #expect(client.receive(.ping()) == .reply(.pong()))
        #expect(client.receive(.ping(id: "7")) == .reply(.pong(id: "7")))
    }

    @Test func `takes the version that the server suggests, if it speaks it`() {
        var client = ClientSession(support: ["garbled", "1"])
        #expect(client.receive(.failed(version: "1")) == .reconnect(version: "1"))
        #expect(client.connect() == .connect(version: "1", support: ["garbled", "1"]))
        #expect(client.receive(.failed(version: "1")) == .failed(version: "1"))
        #expect(client.receive(.failed(version: "2")) == .failed(version: "2"))
    }
}
