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

    @Test(arguments: [
        (0, 0.01, 0.01), (1, 0.01, 0.01), (2, 3.63, 6.05), (3, 7.986, 13.31), (4, 17.569, 29.282), (7, 187.08, 311.80),
        (8, 225, 375), (1000, 225, 375),
    ])
    func `Meteor comes again twice at once, then ever later`(count: Int, least: Double, most: Double) {
        let range = ClientTiming.meteorReconnectDelay(retryCount: count)
        #expect(abs(range.lowerBound / .seconds(1) - least) < 0.01)
        #expect(abs(range.upperBound / .seconds(1) - most) < 0.01)
    }
}
