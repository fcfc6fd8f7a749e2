import Testing

@testable import StressResults

/// Every part of a scenario is read from a text, and told as it is read.
@Suite struct ScenarioTextTests {
    @Test(arguments: [
        "kill n2 @20s for 10s", "kill @5s", "slow n1 by 300ms @1m for 5s", "hang n3 @250ms", "refuse-upgrade @0s",
    ])
    func `a fault is told as it is read`(text: String) throws {
        #expect(try ScheduledFault(text).description == text)
    }

    @Test(arguments: [
        "", "burn @1s", "kill", "kill n1", "kill n1 @x", "kill n1 @1s for", "kill n1 @1s for 2s more", "slow n1 @1s",
        "kill n1 by 5ms @1s", "slow by 11m @1s",
    ])
    func `what is no fault is refused`(text: String) {
        #expect(throws: ScenarioError.self) { try ScheduledFault(text) }
    }

    static let thresholds: [(text: String, value: Double?, holds: Bool)] = [
        ("p99 < 50ms", 0.049, true), ("p99<50ms", 0.05, false), ("p99.9 <= 1s", 1, true), ("max < 1s", nil, false),
        ("violations = 0", 0, true), ("violations = 0", 1, false), ("rate > 1000", 1_001, true),
        ("failures < 0.1%", 0.0009, true), ("failures < 0.1%", 0.001, false), ("disconnected = 0", 0, true),
        ("mean >= 1ms", 0.001, true),
    ]

    @Test(arguments: thresholds)
    func `a threshold holds for the values it says, and not for what was not measured`(
        text: String, value: Double?, holds: Bool
    ) throws {
        #expect(try Threshold(text).holds(value) == holds)
    }

    @Test(arguments: ["", "p99", "p99 < 50", "p0 < 1s", "p101 < 1s", "speed > 1", "rate > 1s", "p99 ! 1s", "p99 << 1s"])
    func `what is no threshold is refused`(text: String) {
        #expect(throws: ScenarioError.self) { try Threshold(text) }
    }

    @Test(arguments: ["closed", "open:5000", "open:0.5", "open:100 for 30s, 2000 over 500ms, 0 for 1m, 5"])
    func `an arrival is told as it is read`(text: String) throws { #expect(try Arrival(text).description == text) }

    @Test(arguments: [
        "", "open", "open:", "open:0", "open:-1", "open:x", "half", "open:1,2", "open:1 for", "open:1 for 2",
        "open:1 in 2s",
        "open:1 for 2s,", "open:0 for 1s, 0", "open:10000001", "open:nan",
    ])
    func `what is no arrival is refused`(text: String) {
        #expect(throws: ScenarioError.self) { try Arrival(text) }
    }

    @Test(arguments: ["32", "1..4096"])
    func `a size is told as it is read`(text: String) throws { #expect(try MessageSize(text).description == text) }

    @Test(arguments: ["", "0", "-1", "5..4", "1...4", "1..", "..4", "1048577", "a"])
    func `what is no size is refused`(text: String) {
        #expect(throws: ScenarioError.self) { try MessageSize(text) }
    }

    @Test(arguments: ["1s", "exp:250ms", "0s", "2m"])
    func `a think time is told as it is read`(text: String) throws { #expect(try ThinkTime(text).description == text) }

    @Test(arguments: ["", "1", "exp:", "s", "-1s", "25h", "1d"])
    func `what is no think time is refused`(text: String) {
        #expect(throws: ScenarioError.self) { try ThinkTime(text) }
    }

    @Test(arguments: ["", "websocket=0", "websocket=x", "carrier-pigeon", "websocket=1,websocket=2", "websocket,"])
    func `what is no mix is refused`(text: String) {
        #expect(throws: ScenarioError.self) { try TransportMix(text) }
    }

    @Test(arguments: ["0s", "30s", "1m in 5 steps"])
    func `a ramp is told as it is read`(text: String) throws { #expect(try Ramp(text).description == text) }

    @Test(arguments: ["", "30", "30s in", "30s in 0 steps", "30s in 2", "30s in x steps", "in 3 steps", "30s, 3 steps"])
    func `what is no ramp is refused`(text: String) {
        #expect(throws: ScenarioError.self) { try Ramp(text) }
    }
}
