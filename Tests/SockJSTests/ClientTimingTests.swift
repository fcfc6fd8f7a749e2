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
}
