import SockJS
import Testing

@Suite struct `Client timing` {
    @Test(arguments: [(0, 300), (10, 310), (100, 400), (101, 404), (900, 3600)])
    func `the timeout follows the round trip of info`(roundTrip: Int, timeout: Int) {
        let infoRoundTrip = Duration.milliseconds(roundTrip)
        #expect(ClientTiming.retransmissionTimeout(infoRoundTrip: infoRoundTrip) == .milliseconds(timeout))
        for transport in ClientTransport.allCases {
            let deadline = ClientOptions.sockJS.deadline(of: transport, infoRoundTrip: infoRoundTrip)
            #expect(deadline == .milliseconds(transport.roundTrips * timeout))
        }
    }

    /// Round trips of 10 ms and 1 s make 620 ms and 8 s for two of them.
    @Test(arguments: [
        (ClientTransport.websocket, 10, 620), (.websocket, 1_000, 3_000), (.xhrPolling, 10, 6_000),
        (.xhrPolling, 1_000, 8_000),
    ])
    func `a slow machine may be given time to fall back in`(
        transport: ClientTransport, roundTrip: Int, deadline: Int
    ) {
        var options = ClientOptions.meteor
        options.leastFallbackDeadline = .seconds(6)
        options.longestUpgradeDeadline = .seconds(3)
        #expect(
            options.deadline(of: transport, infoRoundTrip: .milliseconds(roundTrip)) == .milliseconds(deadline))
    }
}
