import History
import Testing

@testable import Verdicts

@Suite("Requests and sessions are put together from the events of all parties")
struct ExchangeTests {
    @Test("Requests come in the order in which they were sent, each with its own end")
    func order() {
        let history = HistoryBuilder {
            $0.sent("1")
            $0.sent("2")
            $0.sent("3")
            $0.at(5)
            $0.answered("2", 204, by: "n2")
            $0.failed("1")
        }.history
        let exchanges = history.view.exchanges
        #expect(exchanges.map(\.sent.requestID) == ["1", "2", "3"])
        #expect(exchanges.map { $0.response?.status } == [nil, 204, nil])
        #expect(exchanges.map { $0.failure?.failure } == [.closedEarly, nil, nil])
        #expect(exchanges.map { $0.outcome == .pending } == [false, false, true])
        #expect(exchanges.map(\.endedAt) == [HistoryBuilder.moment(5), HistoryBuilder.moment(5), nil])
    }

    @Test("A request ends once: what comes after its end changes nothing")
    func firstEnd() throws {
        let history = HistoryBuilder {
            $0.sent("1")
            $0.failed("1", .timedOut)
            $0.at(9)
            $0.answered("1")
        }.history
        let exchange = try #require(history.view.exchanges.first)
        #expect(exchange.failure?.failure == .timedOut)
        #expect(exchange.endedAt == HistoryBuilder.moment(0))
    }

    @Test("An execution counts though the node's clock puts it before the sending")
    func nodeClockAhead() throws {
        let history = HistoryBuilder {
            $0.executed("1", on: "n2")
            $0.at(2)
            $0.sent("1")
            $0.executed("1", on: "n1")
            $0.answered("1")
        }.history
        let exchange = try #require(history.view.exchanges.first)
        #expect(exchange.executions.map(\.nodeID) == ["n2", "n1"])
    }

    @Test("Strangers' requests and ends of requests nobody sent belong to none")
    func strangers() {
        let history = HistoryBuilder {
            $0.executed(nil)
            $0.executed("9")
            $0.answered("9")
            $0.failed("8")
        }.history
        #expect(history.view.exchanges.isEmpty)
    }

    @Test("What a node says of a client's requests is not taken for the client's word")
    func nodesDoNotSpeakForClients() throws {
        let history = HistoryBuilder { events in
            events.sent("1")
            events.event(
                .node("n1"),
                .responseReceived(ResponseReceived(requestID: "1", status: 200, nodeID: "n1", bootID: nil)))
            events.event(
                .node("n1"),
                .requestSent(
                    RequestSent(requestID: "2", connection: "k", method: "GET", target: "/", label: "poll")))
        }.history
        #expect(history.view.exchanges.map(\.sent.requestID) == ["1"])
        #expect(history.view.exchanges.map(\.outcome) == [.pending])
    }

    @Test("A missed deadline runs from the sending to our giving up")
    func missedDeadline() throws {
        let history = HistoryBuilder {
            $0.sent("1")
            $0.at(2_000)
            $0.failed("1", .timedOut)
        }.history
        #expect(history.view.exchanges.first?.missedDeadline == HistoryBuilder.moment(0)...HistoryBuilder.moment(2_000))
    }

    @Test("Each connection of a session is a trace of its own, closed once")
    func sessions() {
        let history = HistoryBuilder {
            $0.opened(epoch: 1)
            $0.at(1)
            $0.closed(epoch: 1, code: 1006)
            $0.at(2)
            $0.closed(epoch: 1, code: 1000, byClient: true)
            $0.opened(epoch: 2, on: "n2")
            $0.closed("stranger")
        }.history
        let traces = history.view.sessions
        #expect(traces.map(\.opened.epoch) == [1, 2])
        #expect(traces.map { $0.closed?.code } == [1006, nil])
        #expect(traces.map(\.closedAt) == [HistoryBuilder.moment(1), nil])
    }

    @Test("A fault is in force from its first injection, and ended by its first healing")
    func faults() {
        var events = HistoryBuilder()
        for (index, node) in ["n1", "n2"].enumerated() {
            events.at(Int64(index))
            events.event(.lab, .faultInjected(Fault(nodeID: node, fault: .kill)))
            events.at(Int64(index) + 10)
            events.event(.lab, .faultHealed(Fault(nodeID: node, fault: .kill)))
        }
        #expect(events.history.view.fault(.kill).map { [$0.nodeID] } == ["n1"])
        #expect(events.history.view.healing(of: .kill)?.time == HistoryBuilder.moment(10))
        #expect(events.history.view.fault(.hang) == nil)
        #expect(events.history.view.healing(of: .hang) == nil)
    }
}

@Suite("A phase holds the scene and its own stretch")
struct PhaseTests {
    static let history = HistoryBuilder { events in
        events.event(.node("n1"), .nodeStarted(NodeStarted(bootID: "n1.1", listen: "127.0.0.1:1")))
        for (index, name) in ["control", "balancer", "after"].enumerated() {
            events.at(Int64(index) * 100)
            events.phase(name)
            events.exchange(name)
            // The node's clock is a little off: the execution falls into the phase before or after.
            events.at(Int64(index) * 100 + (index == 0 ? 150 : -50))
            events.executed(name)
        }
    }.history

    @Test(
        "A request keeps all its events, wherever a node's clock puts them",
        arguments: ["control", "balancer", "after"])
    func requests(_ name: String) throws {
        let phase = Self.history.view.phase(name)
        #expect(phase.exchanges.map(\.sent.requestID) == [name])
        #expect(phase.exchanges.first?.executions.count == 1)
        #expect(phase.exchanges.first?.response != nil)
        #expect(phase.events.count == 5)
    }

    @Test("A phase that never began holds the scene alone")
    func absent() {
        #expect(Self.history.view.phase("none").events.map(\.actor) == [.node("n1")])
    }

    @Test("A phase that begins twice holds both stretches")
    func twice() {
        let history = HistoryBuilder { events in
            for (index, name) in ["a", "b", "a"].enumerated() {
                events.at(Int64(index))
                events.phase(name)
                events.exchange("\(index)")
            }
        }.history
        #expect(history.view.phase("a").exchanges.map(\.sent.requestID) == ["0", "2"])
    }

    @Test("Events of the instant at which a phase begins are in it when they were recorded after it")
    func equalTimes() {
        let history = HistoryBuilder {
            $0.exchange("before")
            $0.phase("a")
            $0.exchange("in")
            $0.phase("b")
            $0.exchange("after")
        }.history
        #expect(history.view.phase("a").exchanges.map(\.sent.requestID) == ["before", "in"])
    }
}
