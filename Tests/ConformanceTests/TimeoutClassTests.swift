import Testing

@testable import Conformance

@Suite("A measured time shows the timeout behind it")
struct TimeoutClassTests {
    @Test(
        "it may show late and hardly early, and none is guessed far from the usual ones",
        arguments: [
            (30.4, "30.4 s, about the 30 s of Heroku's first byte and of Google's load balancer"),
            (49.6, "49.6 s, about the 50 s of HAProxy's example configuration"),
            (52.5, "52.5 s, about the 50 s of HAProxy's example configuration"),
            (56.0, "56 s, about the 55 s between two bytes at Heroku"),
            (60.9, "60.9 s, about the 60 s of nginx, Apache and the load balancers of AWS"),
            (104.0, "104 s, about the 100 s of a WebSocket at Cloudflare"),
            (310.0, "310 s, about the 300 s of a WebSocket at Azure Front Door"),
            (12.0, "12 s"), (41.0, "41 s"), (80.0, "80 s"),
        ])
    func words(_ seconds: Double, _ words: String) {
        #expect(TimeoutClass.words(for: .seconds(seconds)) == words)
    }
}
