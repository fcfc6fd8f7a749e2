import Clocks
import Testing

@testable import Discovery

/// Times are milliseconds; a lease is 20 s.
@Suite("Which endpoints live")
struct LivingEndpointsTests {
    enum Event: Sendable {
        /// The registry was read, which was asked for when this revision was known.
        case reads(RegistryReading, known: Int64?)
        case changes([RegistryChange])
        case isCutOff
        case settles
    }

    static func stands(_ revision: Int64, _ number: Int) -> RegistryChange {
        RegistryChange(revision: revision, what: .stands(Sample.endpoint(number)))
    }
    static func gone(_ revision: Int64, _ number: Int) -> RegistryChange {
        RegistryChange(revision: revision, what: .gone(Sample.endpoint(number).key))
    }
    static func left(_ revision: Int64, _ number: Int) -> RegistryChange {
        RegistryChange(revision: revision, what: .left(Sample.endpoint(number).key))
    }
    static func refused(_ revision: Int64, _ number: Int?) -> RegistryChange {
        let key = number.map { Sample.endpoint($0).key }
        return RegistryChange(revision: revision, what: .refused(key, .unreadable(key: "k")))
    }

    static let scripts: [(rule: String, steps: [(at: Int, event: Event, numbers: [Int])])] = [
        (
            "what is read lives, and what is not read any more does not",
            [
                (0, .reads(Sample.reading(5, 1, 2), known: nil), [1, 2]),
                (1, .reads(Sample.reading(6, 2, 3), known: 5), [2, 3]),
            ]
        ),
        (
            "changes come in their order",
            [
                (0, .reads(Sample.reading(5, 1), known: nil), [1]), (1, .changes([stands(6, 2), gone(7, 1)]), [2]),
                (2, .changes([stands(8, 1), left(9, 1)]), [2]),
            ]
        ),
        (
            "changes that a reading has had are passed over, all those of one revision together",
            [
                (0, .reads(Sample.reading(5, 1), known: nil), [1]), (1, .changes([gone(5, 1), stands(4, 9)]), [1]),
                (2, .changes([stands(6, 2), stands(6, 3)]), [1, 2, 3]), (3, .changes([gone(6, 2)]), [1, 2, 3]),
            ]
        ),
        ("nothing is known of changes before the first reading", [(0, .changes([stands(6, 2)]), [])]),
        (
            "a reading that is older than what the watch told is passed over",
            [
                (0, .reads(Sample.reading(5, 1), known: nil), [1]), (1, .changes([stands(6, 2)]), [1, 2]),
                (2, .reads(Sample.reading(5, 1), known: 5), [1, 2]),
                (3, .reads(Sample.reading(6, 1), known: 6), [1]),
            ]
        ),
        (
            "what the registry lost while it could not be asked has the time of a lease to come back",
            [
                (0, .reads(Sample.reading(5, 1, 2, 3), known: nil), [1, 2, 3]), (1_000, .isCutOff, [1, 2, 3]),
                (9_000, .reads(Sample.reading(9, 1), known: 5), [1, 2, 3]),
                (9_500, .changes([stands(10, 2)]), [1, 2, 3]),
                (28_999, .settles, [1, 2, 3]), (29_000, .settles, [1, 2]),
            ]
        ),
        (
            "also what it tells to be gone meanwhile, before and after it is read",
            [
                (0, .reads(Sample.reading(5, 1, 2), known: nil), [1, 2]), (1_000, .isCutOff, [1, 2]),
                (1_500, .changes([gone(6, 1)]), [1, 2]), (2_000, .reads(Sample.reading(6, 2), known: 6), [1, 2]),
                (3_000, .changes([gone(7, 2)]), [1, 2]), (4_000, .changes([stands(8, 1)]), [1, 2]),
                (22_000, .settles, [1]),
            ]
        ),
        (
            "but who left in order is gone at once",
            [
                (0, .reads(Sample.reading(5, 1, 2), known: nil), [1, 2]), (1_000, .isCutOff, [1, 2]),
                (2_000, .reads(Sample.reading(6, 2), known: 5), [1, 2]), (3_000, .changes([left(7, 2)]), [1]),
                (3_001, .changes([gone(8, 2)]), [1]),
            ]
        ),
        (
            "each reading within that time leaves it as it is",
            [
                (0, .reads(Sample.reading(5, 1, 2), known: nil), [1, 2]), (1_000, .isCutOff, [1, 2]),
                (2_000, .reads(Sample.reading(6), known: 5), [1, 2]),
                (7_000, .reads(Sample.reading(6), known: 6), [1, 2]),
                (21_999, .settles, [1, 2]), (22_000, .settles, []),
            ]
        ),
        (
            "after it, what goes is gone",
            [
                (0, .reads(Sample.reading(5, 1, 2), known: nil), [1, 2]), (1_000, .isCutOff, [1, 2]),
                (2_000, .reads(Sample.reading(5, 1, 2), known: 5), [1, 2]), (22_000, .settles, [1, 2]),
                (22_001, .changes([gone(6, 2)]), [1]),
            ]
        ),
        (
            "a registry that counts anew has lost its memory, and what it lost has that time too",
            [
                (0, .reads(Sample.reading(50, 1, 2), known: nil), [1, 2]),
                (1_000, .reads(Sample.reading(1), known: 50), [1, 2]), (1_500, .changes([stands(2, 1)]), [1, 2]),
                (21_000, .settles, [1]),
            ]
        ),
        (
            "a registry that can't be asked from the start has nothing to lose",
            [
                (0, .isCutOff, []), (1_000, .reads(Sample.reading(5, 1), known: nil), [1]),
                (2_000, .changes([gone(6, 1)]), []),
            ]
        ),
        (
            "what is no record takes the place of the one that stood there",
            [
                (0, .reads(Sample.reading(5, 1, 2), known: nil), [1, 2]), (1, .changes([refused(6, 1)]), [2]),
                (2, .changes([refused(7, nil)]), [2]),
            ]
        ),
        (
            "there are no more than the limit, here four",
            [
                (0, .reads(Sample.reading(5, 1, 2, 3, 4), known: nil), [1, 2, 3, 4]),
                (1, .changes([stands(6, 7)]), [1, 2, 3, 4]), (2, .changes([gone(7, 1), stands(8, 7)]), [2, 3, 4, 7]),
            ]
        ),
        (
            "of which those that the registry has come first",
            [
                (0, .reads(Sample.reading(5, 1), known: nil), [1]), (1, .isCutOff, [1]),
                (2, .reads(Sample.reading(6, 2, 3, 4, 5), known: 5), [2, 3, 4, 5]),
            ]
        ),
    ]

    @Test("By what is read and told", arguments: scripts.indices)
    func script(_ index: Int) {
        let (rule, steps) = Self.scripts[index]
        var living = LivingEndpoints(DiscoveryLimits(endpoints: 4), DiscoveryTiming())
        for (time, event, numbers) in steps {
            let now = Sample.at(time)
            switch event {
            case .reads(let reading, let known): _ = living.read(reading, known: known, at: now)
            case .changes(let changes): living.apply(changes)
            case .isCutOff: living.cutOff()
            case .settles: living.settle(at: now)
            }
            #expect(living.set.numbers == numbers, "\(rule), at \(time) ms")
        }
    }

    @Test("Only what the registry has is present")
    func presence() {
        var living = LivingEndpoints(DiscoveryLimits(), DiscoveryTiming())
        _ = living.read(Sample.reading(5, 1, 2), known: nil, at: Sample.at(0))
        living.cutOff()
        _ = living.read(Sample.reading(6, 1), known: 5, at: Sample.at(1))
        #expect(living.isPresent(Sample.endpoint(1).key))
        #expect(!living.isPresent(Sample.endpoint(2).key))
    }

    @Test("Of too many every reader keeps the same ones, in whatever order they are told")
    func sameOnes() {
        let sets = (0..<6).map { shift in
            let numbers = (0..<6).map { ($0 + shift) % 6 + 1 }
            var living = LivingEndpoints(DiscoveryLimits(endpoints: 3), DiscoveryTiming())
            let endpoints = numbers.map { Sample.endpoint($0) }
            _ = living.read(RegistryReading(revision: 5, endpoints: endpoints), known: nil, at: Sample.at(0))
            return living.set
        }
        #expect(Set(sets).count == 1)
        #expect(sets[0].all.count == 3)
    }

    @Test("What is not used is counted, and a few are told")
    func refusals() {
        var living = LivingEndpoints(DiscoveryLimits(endpoints: 1), DiscoveryTiming())
        _ = living.read(Sample.reading(5, 1, 2), known: nil, at: Sample.at(0))
        #expect(living.refusals.examples == [.tooMany(limit: 1)])
        living.apply((6...1_000).map { Self.refused($0, nil) })
        #expect(living.refusals.count == 996)
        #expect(living.refusals.examples.count == Refusals.told)
        _ = living.read(Sample.reading(1_001, 1), known: 1_000, at: Sample.at(1))
        #expect(living.refusals == Refusals())
    }
}
