import History
import Testing

@testable import Verdicts

struct ContinuityFoldTests {
    /// One thing that happens to a session or to nodes, at a moment in milliseconds.
    enum Step: Sendable {
        case opens(NameNumber?, Int64, session: UInt64? = nil, over: SessionTransport = .websocket, since: Int64? = nil)
        case hears(Int64)
        case tries(Int64)
        case ends(Int64, EndCause = .peer)
        case drains(Int64)
        case goes(NameNumber, NodeOutages.Effect, Int64)
        /// Noticed within 100 ms.
        case returns(NameNumber, Int64)
    }

    /// What is said of one or another.
    enum Saying: Sendable, Hashable {
        case wrong(ContinuityViolation)
        case recovered(Recovery)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [Step]
        var sayings: [Saying]

        init(_ rule: String, _ steps: [Step], _ sayings: Saying...) {
            (testDescription, self.steps, self.sayings) = (rule, steps, sayings)
        }
    }

    private static let (n1, n2) = (Names.n1, Names.n2)
    /// Two attempts in a second.
    private static let allowance = AttemptAllowance(attempts: 2, in: .seconds(1))

    private static func ended(_ node: NameNumber?, _ cause: EndCause = .peer) -> Saying {
        .wrong(.ended(on: node, cause: cause))
    }

    /// Times in milliseconds, negative ones of what was not seen.
    private static func recovered(_ notice: Int64, _ reconnect: Int64, _ resume: Int64, attempts: UInt32) -> Saying {
        func lapse(_ time: Int64) -> Recovery.Lapse {
            time < 0 ? .unseen(since: .milliseconds(-time)) : .came(after: .milliseconds(time))
        }
        return .recovered(
            Recovery(notice: lapse(notice), reconnect: lapse(reconnect), resume: lapse(resume), attempts: attempts))
    }

    static let ends = [
        Row("a client leaves", [.opens(n1, 0), .hears(10), .ends(20, .client), .drains(30)]),
        Row("it lives to the end", [.opens(n1, 0), .hears(10), .drains(30)]),
        Row("it never opens", [.tries(0), .ends(10), .drains(30)]),
        Row("it ends though its node is there", [.opens(n1, 0), .ends(20)], ended(n1)),
        Row(
            "its client gives it up, since nothing comes", [.opens(n1, 0), .ends(20, .deadline)], ended(n1, .deadline)),
        Row("it ends, and nobody knows where it was", [.opens(nil, 0), .ends(20)], ended(nil)),
        Row("it ends with its node", [.opens(n1, 0), .goes(n1, .endsSessions, 10), .ends(20)]),
        Row(
            "it ends while any node is away, and nobody knows where it was",
            [.opens(nil, 0), .goes(n2, .endsSessions, 10), .ends(20)]),
        Row(
            "it ends though another node is away", [.opens(n1, 0), .goes(n2, .endsSessions, 10), .ends(20)], ended(n1)),
        Row(
            "it ends after its node hung, and before anything came since",
            [.opens(n1, 0), .goes(n1, .silencesNode, 10), .returns(n1, 20), .ends(900)]),
        Row(
            "it ends after its node hung, though it was heard of since",
            [.opens(n1, 0), .goes(n1, .silencesNode, 10), .returns(n1, 20), .hears(130), .ends(900)], ended(n1)),
        Row(
            "it ends again before anything came", [.opens(n1, 0), .ends(20), .tries(21), .opens(n1, 30), .ends(40)],
            ended(n1), ended(n1)),
    ]

    static let recoveries = [
        Row(
            "what a kill costs",
            [
                .opens(n1, 0), .hears(5), .goes(n1, .endsSessions, 10), .ends(30), .tries(31), .tries(40),
                .opens(n2, 60),
                .hears(80), .hears(90), .drains(100),
            ], recovered(20, 50, 70, attempts: 2)),
        Row(
            "what an end costs that no fault explains",
            [
                .opens(n1, 0), .ends(30), .tries(31), .opens(n2, 60), .hears(80), .drains(100),
            ], ended(n1), recovered(0, 30, 50, attempts: 1)),
        Row(
            "a loss that goes on over connections on which nothing came",
            [
                .opens(n1, 0), .goes(n1, .endsSessions, 10), .ends(30), .tries(31), .opens(n1, 40), .ends(45),
                .tries(46),
                .opens(n2, 60), .hears(80),
            ], recovered(20, 50, 70, attempts: 2)),
        Row(
            "a second loss is counted anew",
            [
                .opens(n1, 0), .goes(n1, .endsSessions, 10), .ends(30), .tries(31), .opens(n2, 40), .hears(45),
                .goes(n2, .endsSessions, 50), .ends(51), .tries(60), .opens(Names.n3, 70), .hears(71),
            ], recovered(20, 30, 35, attempts: 1), recovered(1, 20, 21, attempts: 1)),
        Row(
            "who does not notice", [.opens(n1, 0), .goes(n1, .silencesNode, 10), .drains(110)],
            recovered(-100, -100, -100, attempts: 0)),
        Row(
            "who did not need to notice",
            [
                .opens(n1, 0), .goes(n1, .silencesNode, 10), .returns(n1, 20), .drains(110),
            ]),
        Row(
            "who is not back", [.opens(n1, 0), .goes(n1, .endsSessions, 10), .ends(30), .tries(40), .drains(110)],
            recovered(20, -100, -100, attempts: 1)),
        Row(
            "who is back and hears nothing",
            [
                .opens(n1, 0), .goes(n1, .endsSessions, 10), .ends(30), .tries(40), .opens(n2, 50), .drains(110),
            ], recovered(20, 40, -100, attempts: 1)),
        Row(
            "more attempts than the back-off allows, told once",
            [
                .opens(n1, 0), .goes(n1, .endsSessions, 10), .ends(30), .tries(40), .tries(50), .tries(60), .tries(70),
            ], .wrong(.stormed(attempts: 3, in: .seconds(1)))),
        Row(
            "as many attempts in a longer time",
            [
                .opens(n1, 0), .goes(n1, .endsSessions, 10), .ends(30), .tries(40), .tries(50), .tries(1_031),
                .tries(1_032),
                .drains(1_110),
            ], recovered(20, -1_100, -1_100, attempts: 4)),
    ]

    static let openings = [
        Row(
            "it goes on where it was",
            [
                .opens(n1, 0, session: 7), .ends(10, .client), .opens(n1, 20, session: 7),
            ]),
        Row(
            "it begins anew though its node is there",
            [.opens(n1, 0, session: 7), .ends(10), .opens(n2, 20, session: 8)],
            ended(n1), .wrong(.reset(on: n1, to: n2))),
        Row(
            "it begins anew though nobody saw it end", [.opens(n1, 0, session: 7), .opens(n1, 20, session: 8)],
            .wrong(.reset(on: n1, to: n1))),
        Row(
            "it begins anew after its client left",
            [.opens(n1, 0, session: 7), .ends(10, .client), .opens(n2, 20, session: 8)]),
        Row(
            "it begins anew since its node was killed, long before",
            [
                .opens(n1, 0, session: 7), .goes(n1, .endsSessions, 5), .returns(n1, 6), .hears(300),
                .opens(n2, 400, session: 8),
            ]),
        Row(
            "it begins anew since its node hangs",
            [
                .opens(n1, 0, session: 7), .goes(n1, .silencesNode, 5), .ends(10), .opens(n2, 20, session: 8),
            ]),
        Row("a server that gives no names", [.opens(n1, 0), .opens(n2, 20)]),
        Row(
            "another transport than was wanted", [.opens(n1, 0, over: .xhrPolling)],
            .wrong(.fellBack(from: .websocket, to: .xhrPolling))),
        Row(
            "another transport, since a node went away while it was tried",
            [.goes(n2, .silencesNode, 5), .opens(n1, 20, over: .xhrPolling, since: 1)]),
        Row(
            "another transport, though the node was back before",
            [.goes(n2, .silencesNode, 5), .returns(n2, 6), .opens(n1, 200, over: .xhrStreaming, since: 107)],
            .wrong(.fellBack(from: .websocket, to: .xhrStreaming))),
    ]

    @Test(arguments: ends) func `a session ends with its node or its client`(_ row: Row) { expect(row) }
    @Test(arguments: recoveries) func `a loss costs time and attempts`(_ row: Row) { expect(row) }
    @Test(arguments: openings) func `a session opens as it was, and as was wanted`(_ row: Row) { expect(row) }

    private func expect(_ row: Row, sourceLocation: SourceLocation = #_sourceLocation) {
        var (fold, outages, said) = (ContinuityFold(), NodeOutages(), [Saying]())
        for step in row.steps {
            switch step {
            case .opens(let node, let time, let session, let transport, let since):
                said += fold.open(
                    SessionOpening(
                        attemptedAt: moment(since ?? time), openedAt: moment(time), owner: node, session: session,
                        transport: transport, wanted: .websocket), outages: outages
                ).map(Saying.wrong)
            case .hears(let time): said += fold.hear(at: moment(time)).map { [.recovered($0)] } ?? []
            case .tries(let time):
                said += fold.attempt(at: moment(time), allowance: Self.allowance).map { [.wrong($0)] } ?? []
            case .ends(let time, let cause):
                said += fold.end(at: moment(time), cause: cause, outages: outages).map { [.wrong($0)] } ?? []
            case .drains(let time):
                said += fold.drain(at: moment(time), outages: outages).map { [.recovered($0)] } ?? []
            case .goes(let node, let effect, let time): outages.begin(node, effect, at: moment(time))
            case .returns(let node, let time): outages.end(node, at: moment(time), patience: .milliseconds(100))
            }
        }
        #expect(said == row.sayings, sourceLocation: sourceLocation)
    }

    @Test func `reconnects are counted, openings after a client left are not`() {
        var fold = ContinuityFold()
        func open(_ time: Int64) -> SessionOpening {
            SessionOpening(
                attemptedAt: moment(time), openedAt: moment(time), owner: Names.n1, transport: .websocket,
                wanted: .websocket)
        }
        for time in stride(from: 0, to: 100, by: 10) {
            _ = fold.open(open(Int64(time)), outages: NodeOutages())
            _ = fold.end(at: moment(Int64(time + 5)), cause: time < 50 ? .peer : .client, outages: NodeOutages())
        }
        #expect(fold.reconnects == 5)
    }

    @Test(
        arguments: [
            (.ended(on: Names.n1, cause: .peer), "session s ended, though n1 was there"),
            (
                .ended(on: nil, cause: .deadline),
                "session s was given up, since nothing came in time, though its node was there"
            ),
            (.reset(on: Names.n1, to: Names.n2), "session s began anew on n2, though n1 was there"),
            (.reset(on: nil, to: nil), "session s began anew on some node, though its node was there"),
            (
                .fellBack(from: .websocket, to: .xhrPolling),
                "session s opened over xhr-polling instead of websocket, though no node was away"
            ),
            (
                .stormed(attempts: 9, in: .seconds(2)),
                "session s made 9 attempts in the 2 s after its connection ended, more than its back-off allows"
            ),
        ] as [(ContinuityViolation, String)])
    func `each violation is a sentence`(_ violation: ContinuityViolation, _ sentence: String) {
        #expect(violation.sentence(session: "s", names: Names.table) == sentence)
    }

    @Test func `it is small`() { #expect(MemoryLayout<ContinuityFold>.size <= 72) }
}
