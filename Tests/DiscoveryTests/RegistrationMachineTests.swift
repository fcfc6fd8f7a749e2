import Clocks
import Testing

@testable import Discovery

/// Times are milliseconds: heartbeat 5 s, lease 20 s, pauses 200, 400, 800 ms and so on.
@Suite("How a node keeps its record alive")
struct RegistrationMachineTests {
    typealias Call = RegistrationMachine.Call
    typealias Answer = RegistrationMachine.Answer

    enum Event: Sendable {
        /// The machine is woken at its own time, which must be this, and asks for this.
        case wakes(Call)
        case answers(Answer)
        case missing
        case leaves
        /// It is woken and has left.
        case gone
        case stands(Bool)
    }

    static let one = LeaseID(number: 1)
    static let two = LeaseID(number: 2)
    static let registered: [(Int, Event)] = [
        (0, .wakes(.grant)), (10, .answers(.granted(one))), (10, .stands(false)), (10, .wakes(.put(one))),
        (20, .answers(.stands(revision: 5))), (20, .stands(true)),
    ]

    static let scripts: [(rule: String, steps: [(Int, Event)])] = [
        (
            "the lease is renewed with each heartbeat, counted from when it was asked for",
            registered + [
                (5_010, .wakes(.renew(one))), (5_900, .answers(.renewed)), (10_010, .wakes(.renew(one))),
                (10_020, .answers(.renewed)), (15_010, .wakes(.renew(one))),
            ]
        ),
        (
            "what fails is tried again, later each time, and for ever",
            [
                (0, .wakes(.grant)), (0, .answers(.failed(Sample.failure))), (200, .wakes(.grant)),
                (300, .answers(.failed(Sample.failure))), (700, .wakes(.grant)),
                (700, .answers(.failed(Sample.failure))), (1_500, .wakes(.grant)),
                (1_500, .answers(.granted(one))), (1_500, .wakes(.put(one))),
            ]
        ),
        (
            "a renewal that fails is tried again before the next heartbeat, with the same lease",
            registered + [
                (5_010, .wakes(.renew(one))), (7_000, .answers(.failed(Sample.failure))), (7_200, .wakes(.renew(one))),
                (7_200, .answers(.renewed)), (12_200, .wakes(.renew(one))),
            ]
        ),
        (
            "the record is not believed in once its lease must have ended",
            registered + [
                (5_010, .wakes(.renew(one))), (20_009, .stands(true)), (20_010, .stands(false)),
                (21_000, .answers(.failed(Sample.failure))), (21_200, .wakes(.renew(one))),
                (21_200, .answers(.renewed)), (21_200, .stands(true)),
            ]
        ),
        (
            "a lease that was lost is granted anew at once, and the record written again",
            registered + [
                (5_010, .wakes(.renew(one))), (5_020, .answers(.lost)), (5_020, .stands(false)),
                (5_020, .wakes(.grant)), (5_030, .answers(.granted(two))), (5_030, .wakes(.put(two))),
                (5_040, .answers(.stands(revision: 9))), (5_040, .stands(true)), (10_030, .wakes(.renew(two))),
            ]
        ),
        (
            "a lease that is lost before the record is written is granted anew after a pause",
            [
                (0, .wakes(.grant)), (0, .answers(.granted(one))), (0, .wakes(.put(one))), (0, .answers(.lost)),
                (200, .wakes(.grant)), (200, .answers(.granted(two))), (200, .wakes(.put(two))),
                (200, .answers(.lost)), (600, .wakes(.grant)),
            ]
        ),
        (
            "a record that is missing is written again with the same lease, after a pause that grows",
            registered + [
                (1_000, .missing), (1_000, .stands(false)), (1_200, .wakes(.put(one))),
                (1_200, .answers(.stands(revision: 7))), (1_300, .missing), (1_700, .wakes(.put(one))),
                (1_700, .answers(.stands(revision: 8))), (6_700, .wakes(.renew(one))), (6_700, .answers(.renewed)),
                (6_800, .missing), (7_000, .wakes(.put(one))),
            ]
        ),
        (
            "it is not missed before it was written, nor while it is renewed",
            [
                (0, .wakes(.grant)), (0, .missing), (0, .answers(.granted(one))), (0, .missing),
                (0, .wakes(.put(one))), (0, .answers(.stands(revision: 5))), (5_000, .wakes(.renew(one))),
                (5_000, .missing), (5_000, .answers(.renewed)), (10_000, .wakes(.renew(one))),
            ]
        ),
        (
            "an answer that fits no call is a failure",
            registered + [(5_010, .wakes(.renew(one))), (5_010, .answers(.withdrawn)), (5_210, .wakes(.renew(one)))]
        ),
        (
            "an answer to nothing is passed over",
            registered + [(30, .answers(.lost)), (30, .answers(.granted(two))), (5_010, .wakes(.renew(one)))]
        ),
        (
            "who leaves takes the record away at once",
            registered + [
                (1_000, .leaves), (1_000, .stands(false)), (1_000, .wakes(.withdraw(one))),
                (1_010, .answers(.withdrawn)), (1_010, .gone),
            ]
        ),
        (
            "who leaves while something is asked does so after the answer",
            registered + [
                (5_010, .wakes(.renew(one))), (5_020, .leaves), (5_030, .answers(.renewed)),
                (5_030, .wakes(.withdraw(one))), (5_040, .answers(.withdrawn)), (5_040, .gone),
            ]
        ),
        (
            "who can't take it away leaves it to its lease, 3 s later",
            registered + [
                (1_000, .leaves), (1_000, .wakes(.withdraw(one))), (1_500, .answers(.failed(Sample.failure))),
                (1_700, .wakes(.withdraw(one))), (4_000, .gone),
            ]
        ),
        ("who has no record leaves at once", [(0, .leaves), (0, .gone)]),
        (
            "and with the answer if one was asked for",
            [
                (0, .wakes(.grant)), (5, .leaves), (6, .answers(.granted(one))),
                (6, .wakes(.withdraw(one))),
            ]
        ),
    ]

    @Test("By its answers", arguments: scripts.indices)
    func script(_ index: Int) {
        let (rule, steps) = Self.scripts[index]
        var machine = RegistrationMachine(DiscoveryTiming(), spread: 1, at: Sample.at(0))
        for (time, event) in steps {
            let now = Sample.at(time)
            let place = Comment(rawValue: "\(rule), at \(time) ms: \(event)")
            switch event {
            case .wakes(let call):
                #expect(machine.wakeAt?.milliseconds == time, place)
                let asked = [machine.next(at: now), machine.next(at: now)]
                #expect(asked == [call, nil], place)
            case .answers(let answer): machine.answered(answer, at: now)
            case .missing: machine.missing(at: now)
            case .leaves: machine.leave(at: now)
            case .gone:
                let asked = machine.next(at: now)
                #expect(asked == nil, place)
                #expect(machine.hasLeft, place)
                #expect(machine.wakeAt == nil, place)
            case .stands(let stands): #expect(machine.isStanding(at: now) == stands, place)
            }
        }
    }

    @Test("It says what is wrong until something succeeds")
    func trouble() {
        var machine = RegistrationMachine(DiscoveryTiming(), spread: 1, at: Sample.at(0))
        _ = machine.next(at: Sample.at(0))
        machine.answered(.failed(Sample.failure), at: Sample.at(0))
        #expect(machine.trouble == Sample.failure)
        _ = machine.next(at: Sample.at(200))
        machine.answered(.granted(Self.one), at: Sample.at(200))
        #expect(machine.trouble == nil)
    }
}
