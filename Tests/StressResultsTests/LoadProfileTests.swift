import Clocks
import Testing

@testable import StressResults

@Suite struct LoadProfileTests {
    static let profiles: [(text: String, seconds: Double, messages: Double)] = [
        ("100", 2.5, 250), ("100 for 2s, 10", 2, 200), ("100 for 2s, 10", 5, 230), ("100 over 10s", 10, 500),
        ("100 over 10s", 5, 125), ("100 over 10s", 12, 700), ("10 for 1s, 100 over 2s, 100", 3, 120),
        ("10 for 1s, 100 over 2s, 100", 4, 220), ("100 for 1s, 0 over 2s", 3, 200), ("100 for 1s, 0 over 2s", 9, 200),
        ("0 for 3s, 50", 3, 0), ("0 for 3s, 50", 4, 50), ("10 for 1s, 1000 for 100ms, 10", 1.1, 110),
        ("10 for 1s, 1000 over 0s, 1000", 2, 1_010), ("100 for 10s, 500 for 0s, 100", 5, 500),
    ]

    @Test(arguments: profiles)
    func `so many messages have left by then, and the last of them leaves then`(
        text: String, seconds: Double, messages: Double
    ) throws {
        let profile = try LoadProfile(text)
        #expect(abs(profile.messages(until: .seconds(seconds)) - messages) < 1e-6)
        guard messages > 0 else { return }
        let moment = try #require(profile.moment(ofMessages: messages - 1e-9))
        #expect(moment / .seconds(1) <= seconds + 1e-6)
        #expect(abs(profile.messages(until: moment) - messages) < 1e-5)
    }

    @Test func `a load that has ended sends no more`() throws {
        let profile = try LoadProfile("100 for 1s, 0")
        #expect(profile.moment(ofMessages: 100.5) == nil)
        #expect(profile.moment(ofMessages: 99.5) == .seconds(0.995))
    }

    @Test func `the messages of all clients together are those of the profile, each client's spread evenly`() throws {
        let profile = try LoadProfile("100 for 2s, 400 over 2s, 400 for 1s, 50")
        let start = MonotonicClock.now
        let clients = 7
        var all: [Duration] = []
        for client in 0..<clients {
            var times = SendTimes(
                profile, clients: clients, start: start, arrival: .zero, phase: Double(client) / Double(clients))
            while let next = times.next, next < start + .seconds(8) {
                all.append(next - start)
                times.advance()
            }
        }
        for second in 1...8 {
            let end = Duration.seconds(second)
            #expect(abs(Double(all.count { $0 < end }) - profile.messages(until: end)) <= 1)
        }
    }

    @Test func `a client that arrives later has none of the messages before`() throws {
        let times = SendTimes(
            try LoadProfile("10 for 5s, 100"), clients: 10, start: .now, arrival: .seconds(6), phase: 0.5)
        let first = try #require(times.next)
        #expect(first > .now + .seconds(5.9))
        #expect(first < .now + .seconds(6.2))
    }

    @Test func `a ramp in steps lets clients come in groups`() throws {
        let ramp = try Ramp("30s in 3 steps")
        let arrivals = (0..<7).map { ramp.arrival(of: $0, among: 7) / .seconds(1) }
        #expect(arrivals == [0, 0, 0, 10, 10, 20, 20])
        #expect((0..<4).map { Ramp(.seconds(8)).arrival(of: $0, among: 4) / .seconds(1) } == [0, 2, 4, 6])
    }
}
