import Clocks
import Testing

@testable import Discovery

/// Times are milliseconds; leases take 20 s.
@Suite("The registry of one process")
struct LeaseTableTests {
    enum Step: Sendable {
        case grants
        case renews(Int)
        case puts(Int, lease: Int)
        case withdraws(Int)
        case expires
    }

    /// What a step gives: the number of the lease, whether it went well, or what changed.
    enum Outcome: Sendable, Equatable {
        case lease(Int?)
        case done(Bool)
        case changed([RegistryChange.What])
    }

    static let two: [(Int, Step, Outcome)] = [
        (0, .grants, .lease(1)), (0, .puts(1, lease: 1), .done(true)), (0, .grants, .lease(2)),
        (0, .puts(2, lease: 2), .done(true)),
    ]
    static func gone(_ number: Int) -> RegistryChange.What { .gone(Sample.endpoint(number).key) }
    static func left(_ number: Int) -> RegistryChange.What { .left(Sample.endpoint(number).key) }

    static let scripts: [(rule: String, steps: [(Int, Step, Outcome)], living: [Int])] = [
        (
            "a record lives for its lease after it was renewed last",
            two + [
                (5_000, .renews(2), .done(true)), (19_999, .expires, .changed([])),
                (20_000, .expires, .changed([gone(1)])), (24_999, .expires, .changed([])),
            ], [2]
        ),
        (
            "leases end in the order of their times",
            two + [(5_000, .renews(1), .done(true)), (30_000, .expires, .changed([gone(2), gone(1)]))], []
        ),
        (
            "a lease can be renewed until it was ended, however late that is",
            two + [
                (30_000, .renews(1), .done(true)), (30_000, .expires, .changed([gone(2)])),
                (30_000, .renews(2), .done(false)), (30_000, .puts(3, lease: 2), .done(false)),
            ], [1]
        ),
        (
            "a lease that nobody granted neither",
            [(0, .renews(9), .done(false)), (0, .puts(1, lease: 9), .done(false))], []
        ),
        (
            "who leaves is told to have left, once",
            two + [(1, .withdraws(1), .changed([left(1)])), (2, .withdraws(1), .changed([]))], [2]
        ),
        (
            "a record lives with the lease that it was written with last",
            two + [
                (10_000, .puts(1, lease: 2), .done(true)), (10_000, .renews(2), .done(true)),
                (10_001, .withdraws(1), .changed([])), (20_000, .expires, .changed([])),
            ], [1, 2]
        ),
        (
            "there are no more leases than the limit, here three, until one has ended",
            two + [
                (0, .grants, .lease(3)), (0, .grants, .lease(nil)), (1, .withdraws(3), .changed([])),
                (1, .grants, .lease(4)),
            ], [1, 2]
        ),
    ]

    @Test("By its leases", arguments: scripts.indices)
    func script(_ index: Int) {
        let (rule, steps, living) = Self.scripts[index]
        var table = LeaseTable(limit: 3)
        for (time, step, outcome) in steps {
            let revision = table.revision
            let got = Self.take(step, &table, at: Sample.at(time))
            #expect(got == outcome, "\(rule), at \(time) ms: \(step)")
            if case .changed(let changes) = got { #expect(table.revision == revision + Int64(changes.count)) }
        }
        #expect(
            EndpointSet(Dictionary(uniqueKeysWithValues: table.reading.endpoints.map { ($0.key, $0) })).numbers
                == living)
        #expect(table.reading.revision == table.revision)
    }

    static func take(_ step: Step, _ table: inout LeaseTable, at now: MonotonicClock.Instant) -> Outcome {
        func id(_ number: Int) -> LeaseID { LeaseID(number: Int64(number)) }
        switch step {
        case .grants: return .lease(table.grant(.seconds(20), at: now).map { Int($0.number) })
        case .renews(let lease): return .done(table.renew(id(lease), at: now))
        case .puts(let number, let lease): return .done(table.put(Sample.endpoint(number), id(lease)) != nil)
        case .withdraws(let lease): return .changed(table.withdraw(id(lease)).map(\.what))
        case .expires: return .changed(table.expire(at: now).map(\.what))
        }
    }

    @Test("It wakes when the first lease ends")
    func wakes() {
        var table = LeaseTable(limit: 3)
        #expect(table.wakeAt == nil)
        for (time, step, _) in Self.two + [(5_000, .renews(1), .done(true))] {
            _ = Self.take(step, &table, at: Sample.at(time))
        }
        #expect(table.wakeAt == Sample.at(20_000))
    }
}
