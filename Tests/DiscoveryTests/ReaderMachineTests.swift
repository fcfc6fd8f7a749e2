import Clocks
import Testing

@testable import Discovery

/// Times are milliseconds: read again every 5 s, an answer within 2 s, a watch for 60 s, pauses 200, 400, 800 ms and so on.
@Suite("When a node reads and watches the registry")
struct ReaderMachineTests {
    typealias Action = ReaderMachine.Action

    enum Event: Sendable {
        /// It is woken at its own time, which must be this, and asks for these.
        case wakes([Action])
        /// Without being woken it asks for these.
        case asks([Action])
        case reads(RegistryReading)
        case fails
        case told(WatchNews)
    }

    static let started: [(Int, Event)] = [
        (0, .wakes([.read])), (10, .reads(Sample.reading(5, 1))), (10, .wakes([.watch(after: 5)])),
        (20, .told(.began(revision: 5))),
    ]
    static func change(_ revision: Int64, _ number: Int) -> WatchNews {
        .changes([RegistryChange(revision: revision, what: .stands(Sample.endpoint(number)))])
    }

    static let scripts: [(rule: String, steps: [(Int, Event)])] = [
        (
            "it reads, watches from there, and reads again every 5 s, counted from when it was asked for",
            started + [
                (5_000, .wakes([.read])), (5_500, .reads(Sample.reading(6, 1))), (10_000, .wakes([.read])),
                (10_001, .reads(Sample.reading(6, 1))), (15_000, .wakes([.read])),
            ]
        ),
        ("it watches nothing before it has read", [(0, .wakes([.read])), (5_000, .asks([]))]),
        (
            "a reading that fails is tried again, later each time, and the watch ended until one succeeds",
            started + [
                (5_000, .wakes([.read])), (5_500, .fails), (5_500, .asks([.endWatch])), (5_700, .wakes([.read])),
                (5_700, .fails), (6_100, .wakes([.read])), (6_200, .reads(Sample.reading(7, 1))),
                (6_200, .wakes([.watch(after: 7)])),
            ]
        ),
        (
            "a watch that ends is begun again after what was told last, with pauses that grow while none lasts",
            started + [
                (30, .told(change(6, 2))), (40, .told(.ended(Sample.failure))), (240, .wakes([.watch(after: 6)])),
                (240, .told(.began(revision: 6))), (240, .told(.ended(Sample.failure))),
                (640, .wakes([.watch(after: 6)])), (640, .told(.ended(Sample.failure))),
                (1_440, .wakes([.watch(after: 6)])),
            ]
        ),
        (
            "and as soon as at first after one that lasted",
            started + [
                (40, .told(.ended(Sample.failure))), (240, .wakes([.watch(after: 5)])),
                (240, .told(.began(revision: 5))),
                (5_000, .wakes([.read])), (5_000, .reads(Sample.reading(5, 1))), (5_240, .told(.ended(Sample.failure))),
                (5_440, .wakes([.watch(after: 5)])),
            ]
        ),
        (
            "a watch that does not begin is given up",
            [
                (0, .wakes([.read])), (0, .reads(Sample.reading(5, 1))), (0, .wakes([.watch(after: 5)])),
                (2_000, .wakes([.endWatch])), (2_200, .wakes([.watch(after: 5)])),
            ]
        ),
        (
            "a watch is begun anew after 60 s, without a gap",
            started + [(25, .told(change(9, 2)))]
                + (1...12).flatMap { second -> [(Int, Event)] in
                    [(second * 5_000, .wakes([.read])), (second * 5_000, .reads(Sample.reading(9, 1, 2)))]
                } + [(60_020, .wakes([.endWatch, .watch(after: 9)]))]
        ),
        (
            "what is compacted is read anew, and watched from there",
            started + [
                (100, .told(.compacted)), (300, .wakes([.read])), (310, .reads(Sample.reading(90, 1))),
                (310, .wakes([.watch(after: 90)])),
            ]
        ),
        (
            "a registry that compacts each time is not asked without pauses",
            started + [
                (100, .told(.compacted)), (300, .wakes([.read])), (300, .reads(Sample.reading(90, 1))),
                (300, .wakes([.watch(after: 90)])), (300, .told(.compacted)), (700, .wakes([.read])),
            ]
        ),
        (
            "a watch of a registry that has seen less than we have is a reason to read, and to begin after that",
            started + [
                (40, .told(.ended(Sample.failure))), (240, .wakes([.watch(after: 5)])),
                (240, .told(.began(revision: 2))),
                (640, .wakes([.read])), (650, .reads(Sample.reading(3, 1))), (650, .asks([.endWatch])),
                (1_450, .wakes([.watch(after: 3)])),
            ]
        ),
        (
            "news of a watch that was given up are passed over",
            [
                (0, .wakes([.read])), (0, .reads(Sample.reading(5, 1))), (0, .wakes([.watch(after: 5)])),
                (2_000, .wakes([.endWatch])), (2_001, .told(change(6, 2))), (2_002, .told(.compacted)),
                (2_200, .wakes([.watch(after: 5)])),
            ]
        ),
        (
            "answers to nothing are passed over",
            started + [(30, .reads(Sample.reading(99))), (31, .fails), (5_000, .wakes([.read]))]
        ),
    ]

    @Test("By what it is told", arguments: scripts.indices)
    func script(_ index: Int) {
        let (rule, steps) = Self.scripts[index]
        var machine = ReaderMachine(DiscoveryTiming(), DiscoveryLimits(), spread: 1, at: Sample.at(0))
        for (time, event) in steps {
            let now = Sample.at(time)
            let place = Comment(rawValue: "\(rule), at \(time) ms: \(event)")
            switch event {
            case .wakes(let actions):
                #expect(machine.wakeAt?.milliseconds == time, place)
                let due = Self.due(&machine, now)
                #expect(due == actions, place)
            case .asks(let actions):
                let due = Self.due(&machine, now)
                #expect(due == actions, place)
            case .reads(let reading): machine.read(reading, at: now)
            case .fails: machine.failed(Sample.failure, at: now)
            case .told(let news): machine.told(news, at: now)
            }
        }
    }

    static func due(_ machine: inout ReaderMachine, _ now: MonotonicClock.Instant) -> [Action] {
        var actions: [Action] = []
        while let action = machine.next(at: now), actions.count < 10 { actions.append(action) }
        return actions
    }

    @Test("What was missing while the registry was away is let go of without being asked")
    func settles() {
        var machine = ReaderMachine(DiscoveryTiming(), DiscoveryLimits(), spread: 1, at: Sample.at(0))
        _ = Self.due(&machine, Sample.at(0))
        machine.read(Sample.reading(5, 1), at: Sample.at(0))
        _ = Self.due(&machine, Sample.at(5_000))
        machine.failed(Sample.failure, at: Sample.at(5_000))
        _ = Self.due(&machine, Sample.at(5_200))
        machine.read(Sample.reading(6), at: Sample.at(5_200))
        #expect(machine.living.set.numbers == [1])
        _ = Self.due(&machine, Sample.at(24_000))
        #expect(machine.wakeAt?.milliseconds ?? 0 <= 25_200)
        _ = Self.due(&machine, Sample.at(25_200))
        #expect(machine.living.set.numbers == [])
    }

    @Test("It says what is wrong until it goes well")
    func trouble() {
        var machine = ReaderMachine(DiscoveryTiming(), DiscoveryLimits(), spread: 1, at: Sample.at(0))
        _ = Self.due(&machine, Sample.at(0))
        machine.failed(Sample.failure, at: Sample.at(0))
        #expect(machine.trouble == Sample.failure)
        _ = Self.due(&machine, Sample.at(200))
        machine.read(Sample.reading(1), at: Sample.at(200))
        #expect(machine.trouble == nil)
        _ = Self.due(&machine, Sample.at(200))
        machine.told(.ended(Sample.failure), at: Sample.at(200))
        #expect(machine.trouble == Sample.failure)
        _ = Self.due(&machine, Sample.at(600))
        machine.told(.began(revision: 1), at: Sample.at(600))
        #expect(machine.trouble == nil)
    }
}
