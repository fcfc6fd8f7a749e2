import Clocks
import Testing

@testable import StickyProxy

/// The rule by which nodes join and leave, in minutes of a time of its own: each node is to have 10 requests a second.
@Suite("Nodes that follow the load")
struct ScalingMachineTests {
    /// Three to eight nodes, measured each minute; after one measurement above the target nodes join, after two below it one
    /// leaves. Warm-up, cool-downs and draining take five minutes.
    static let rules: ScalingRules = {
        var rules = ScalingRules()
        (rules.target, rules.minimum, rules.maximum) = (10, 3, 8)
        (rules.periodsAbove, rules.periodsBelow) = (1, 2)
        return rules
    }()

    // MARK: How many a load wants

    struct Want: CustomTestStringConvertible {
        var load: Double
        var nodes: Int
        var testDescription: String { "\(load) requests a second want \(nodes)" }
    }

    @Test(arguments: [
        Want(load: 0, nodes: 3), Want(load: 29, nodes: 3), Want(load: 30, nodes: 3), Want(load: 30.1, nodes: 4),
        Want(load: 55, nodes: 6), Want(load: 80, nodes: 8), Want(load: 81, nodes: 8), Want(load: 1e300, nodes: 8),
        Want(load: .infinity, nodes: 8), Want(load: .nan, nodes: 8),
    ])
    func `as many as have the target's worth of requests, from the fewest to the most`(_ want: Want) {
        #expect(Self.rules.nodes(for: want.load) == want.nodes)
    }

    @Test func `the documented times are AWS's`() {
        let rules = ScalingRules()
        #expect(rules.target == 1_000.0 / 60)
        #expect(rules.period == .seconds(60))
        #expect((rules.periodsAbove, rules.periodsBelow) == (3, 15))
        for time in [rules.warmUp, rules.scaleOutCoolDown, rules.scaleInCoolDown, rules.drainLimit] {
            #expect(time == .seconds(300))
        }
    }

    @Test func `scaled, all times are shorter and nothing else changes`() {
        var scaled = ScalingRules().scaled(by: 1.0 / 60)
        #expect(scaled.period == .seconds(1))
        for time in [scaled.warmUp, scaled.scaleOutCoolDown, scaled.scaleInCoolDown, scaled.drainLimit] {
            #expect(time == .seconds(5))
        }
        scaled = scaled.scaled(by: 60)
        #expect(scaled == ScalingRules())
    }

    // MARK: What is done

    /// A step of a story.
    enum Step {
        /// Each serving node was measured to have so many requests a second.
        case each(Double)
        /// This node was, and all others had nothing.
        case only(String, Double)
        /// Time passes, in minutes.
        case minutes(Double)
        case joined(String)
        case drained(String)
        case emptied(String)
        case ended(String)
    }

    /// What becomes of a group: steps, each with what is to be done then.
    struct Story: CustomTestStringConvertible {
        var testDescription: String
        var nodes = ["n1", "n2", "n3"]
        var rules = ScalingMachineTests.rules
        var steps: [(Step, [ScalingMachine.Action])]

        init(
            _ testDescription: String, of nodes: Int = 3, _ change: (inout ScalingRules) -> Void = { _ in },
            _ steps: (Step, [ScalingMachine.Action])...
        ) {
            self.testDescription = testDescription
            self.nodes = (1...nodes).map { "n\($0)" }
            self.steps = steps
            change(&rules)
        }
    }

    static let growth = [
        Story("at the target nothing is done", { _ in }, (.each(10), []), (.each(10), []), (.each(10), [])),
        Story(
            "within the tolerance nothing is done, since it would flap", { _ in }, (.each(10.9), []), (.each(9.1), []),
            (.each(10.9), []), (.each(9.1), [])),
        Story("above it nodes join, as many as bring the load back to the target", { _ in }, (.each(17), [.start(3)])),
        Story("no more join than to the most", { _ in }, (.each(1_000), [.start(5)])),
        Story(
            "three measurements in a row it must be, where the rule says so", { $0.periodsAbove = 3 },
            (.each(20), []), (.each(20), []), (.each(20), [.start(3)])),
        Story(
            "one below the target between them, and it begins anew", { $0.periodsAbove = 2 },
            (.each(20), []), (.each(10), []), (.each(20), []), (.each(20), [.start(3)])),
        Story(
            "those that start count as there: the same load wants no more", { _ in },
            (.each(20), [.start(3)]), (.each(20), []), (.each(20), [])),
        Story(
            "a larger load wants the rest of them, though the first have not joined", { _ in },
            (.each(14), [.start(2)]), (.each(27), [.start(3)])),
        Story(
            "within the cool-down a small growth waits", { $0.warmUp = .zero },
            (.each(14), [.start(2)]), (.joined("n4"), []), (.joined("n5"), []), (.each(11.5), []),
            (.minutes(4), []), (.each(11.5), [.start(1)])),
        Story(
            "a node that warms up is not measured: what it has wants none", { _ in },
            (.each(14), [.start(2)]), (.joined("n4"), []), (.joined("n5"), []), (.minutes(1), []),
            (.only("n4", 500), [])),
        Story(
            "once it is warm, it is", { $0.scaleOutCoolDown = .zero },
            (.each(14), [.start(2)]), (.joined("n4"), []), (.joined("n5"), []), (.minutes(5), []),
            (.only("n4", 70), [.start(2)])),
        Story(
            "nor does its idleness hide what the others have", { _ in },
            (.each(14), [.start(2)]), (.joined("n4"), []), (.joined("n5"), []), (.minutes(5), []),
            (.each(16), [.start(3)])),
        Story("fewer than the fewest become as many at once", of: 1, { $0.periodsAbove = 9 }, (.each(0), [.start(2)])),
    ]

    static let shrinkage = [
        Story(
            "below the target the last one drains, one at a time", of: 5, { _ in },
            (.each(1), []), (.each(1), [.drain("n5")]), (.each(1), []), (.each(1), [])),
        Story(
            "one measurement above between two below, and it begins anew", of: 5, { _ in },
            (.each(1), []), (.each(10), []), (.each(1), []), (.each(1), [.drain("n5")])),
        Story(
            "where fewer would have too much, none leaves", of: 4, { _ in },
            (.each(8), []), (.each(8), []), (.each(8), [])),
        Story(
            "barely below the target none leaves, though one fewer would do", of: 20, { $0.maximum = 30 },
            (.each(9.4), []), (.each(9.4), []), (.each(9.4), [])),
        Story("the fewest stay, whatever they have", { _ in }, (.each(0), []), (.each(0), []), (.each(0), [])),
        Story(
            "it is ended when its draining is over, and no earlier", of: 4, { _ in },
            (.each(1), []), (.each(1), [.drain("n4")]), (.minutes(4.9), []), (.minutes(0.1), [.end("n4")]),
            (.minutes(9), [])),
        Story(
            "that takes as long from where the node was told, however late", of: 4, { _ in },
            (.each(1), []), (.each(1), [.drain("n4")]), (.minutes(1), []), (.drained("n4"), []), (.minutes(4.9), []),
            (.minutes(0.1), [.end("n4")])),
        Story(
            "it is ended once it is empty", of: 4, { _ in },
            (.each(1), []), (.each(1), [.drain("n4")]), (.emptied("n4"), [.end("n4")]), (.emptied("n4"), []),
            (.minutes(9), [])),
        Story("a node that does not drain may be empty", of: 4, { _ in }, (.emptied("n1"), []), (.emptied("n4"), [])),
        Story(
            "after it has left, the next one waits for the cool-down", of: 5, { _ in },
            (.each(1), []), (.each(1), [.drain("n5")]), (.emptied("n5"), [.end("n5")]), (.ended("n5"), []),
            (.each(1), []), (.each(1), []), (.minutes(3), []), (.each(1), [.drain("n4")])),
        Story(
            "none leaves while one starts or warms up", of: 4, { $0.periodsBelow = 1 },
            (.each(14), [.start(2)]), (.each(1), []), (.joined("n5"), []), (.each(1), []), (.joined("n6"), []),
            (.each(1), []), (.minutes(5), []), (.each(1), [.drain("n6")])),
        Story(
            "a load that grows meanwhile is served at once, and ends the cool-down", of: 5, { $0.warmUp = .zero },
            (.each(1), []), (.each(1), [.drain("n5")]), (.emptied("n5"), [.end("n5")]), (.ended("n5"), []),
            (.each(15), [.start(2)]), (.joined("n6"), []), (.joined("n7"), []), (.each(1), []),
            (.each(1), [.drain("n7")])),
        Story(
            "what a draining node has wants no other", of: 4, { _ in },
            (.each(1), []), (.each(1), [.drain("n4")]), (.only("n4", 100), [])),
        Story(
            "a rule that does not scale in lets all stay", of: 5, { $0.scalesIn = false },
            (.each(0), []), (.each(0), []), (.each(0), [])),
        Story(
            "one that does not drain ends a node at once", of: 4, { $0.drains = false },
            (.each(0), []), (.each(0), [.end("n4")]), (.each(0), [])),
    ]

    @Test(arguments: growth + shrinkage)
    func `what is done follows from what was measured`(_ story: Story) {
        var now = MonotonicClock.now
        var machine = ScalingMachine(story.rules, nodes: story.nodes, at: now)
        for (number, (step, expected)) in story.steps.enumerated() {
            let done: [ScalingMachine.Action]
            switch step {
            case .each(let rate):
                now = now + .seconds(60)
                done = machine.measured(
                    Dictionary(uniqueKeysWithValues: (1...30).map { ("n\($0)", rate) }), at: now)
            case .only(let node, let rate):
                now = now + .seconds(60)
                done = machine.measured([node: rate], at: now)
            case .minutes(let minutes):
                now = now + .seconds(60) * minutes
                done = machine.passed(at: now)
            case .joined(let node):
                machine.joined(node, at: now)
                done = []
            case .drained(let node):
                machine.drained(node, at: now)
                done = []
            case .emptied(let node): done = machine.emptied(node)
            case .ended(let node):
                machine.ended(node, at: now)
                done = []
            }
            #expect(done == expected, "step \(number + 1): \(step)")
        }
    }

    @Test func `it asks to be woken when a draining is over`() {
        let now = MonotonicClock.now
        var machine = ScalingMachine(Self.rules, nodes: ["n1", "n2", "n3", "n4"], at: now)
        #expect(machine.wakeAt == nil)
        _ = machine.measured([:], at: now)
        _ = machine.measured([:], at: now)
        #expect(machine.wakeAt == now + .seconds(300))
        _ = machine.passed(at: now + .seconds(300))
        #expect(machine.wakeAt == nil)
    }

    @Test func `who was not asked for does not join, nor twice`() {
        let now = MonotonicClock.now
        var machine = ScalingMachine(Self.rules, nodes: ["n1", "n2", "n3"], at: now)
        machine.joined("n4", at: now)
        #expect(machine.capacity == 3)
        _ = machine.measured(["n1": 100], at: now)
        machine.joined("n4", at: now)
        machine.joined("n4", at: now)
        #expect(machine.capacity == 8)
    }
}
