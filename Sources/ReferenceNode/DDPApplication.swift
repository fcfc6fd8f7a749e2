import Clocks
import DDP

/// The Meteor application of a node: its methods and publications show who ran what, how often and in which order.
///
/// | method | what it does |
/// |---|---|
/// | `echo(value)` | returns it as it came |
/// | `whoami()` | returns `nodeID` and `bootID` |
/// | `sleep(ms)` | returns `ms` after that time; what follows waits |
/// | `sleepUnblocked(ms)` | the same, but what follows runs meanwhile |
/// | `throw(error, reason, details)` | throws them |
/// | `increment(key, ms)` | counts a run; returns `key`, its `count` on this node, `nodeID` and `bootID`, at once or after that time |
///
/// | publication | what it publishes |
/// |---|---|
/// | `count(n)` | `n` documents of `numbers`, then it is ready |
/// | `overlap(name)` | document `shared` of `overlap` with the fields `common` and `name` |
/// | `fail(n)` | `n` documents of `numbers`, then it fails with error 412 |
/// | `ticks(ms)` | a document of `ticks`, named after the subscription, whose `n` grows by one at each tick |
struct DDPApplication {
    enum Output {
        case send(String)
        /// Close the carrier with code 1000, `Normal closure`.
        case close
    }

    /// Something that goes on later.
    struct Appointment {
        enum Kind {
            case result(JSONValue)
            case tick(id: String, number: Int, interval: Duration)
        }

        var due: MonotonicClock.Instant
        var ticket: Int
        var kind: Kind
    }

    static let longestSleep = 600_000
    static let mostDocuments = 1_000
    static let mostSubscriptions = 100
    static let shortestTick = 10

    let nodeID: String
    let bootID: String
    let counts: MethodCounts
    var session: ServerSession
    var appointments: [Appointment] = []
    /// How often the method `tally` ran on this connection.
    var tallies = 0

    init(
        sessionID: String, nodeID: String, bootID: String, counts: MethodCounts,
        heartbeat: Heartbeat.Timing? = .meteorServer
    ) {
        self.nodeID = nodeID
        self.bootID = bootID
        self.counts = counts
        var configuration = ServerSession.Configuration()
        configuration.subscriptions = Self.mostSubscriptions
        configuration.heartbeat = heartbeat
        self.session = ServerSession(sessionID: sessionID, configuration: configuration)
    }

    /// When `timerFired` is due; nil for never.
    var wakeAt: MonotonicClock.Instant? {
        let earliest = appointments.map(\.due).min()
        guard let heartbeat = session.wakeAt else { return earliest }
        return earliest.map { min($0, heartbeat) } ?? heartbeat
    }

    /// Takes a message of the client.
    mutating func receive(_ text: String, at now: MonotonicClock.Instant) -> [Output] {
        perform(session.receive(text, at: now), at: now)
    }

    /// The time `wakeAt` may have come.
    mutating func timerFired(at now: MonotonicClock.Instant) -> [Output] {
        var outputs = perform(session.timerFired(at: now), at: now)
        let due = appointments.filter { $0.due <= now }.sorted { $0.due < $1.due }
        appointments.removeAll { $0.due <= now }
        for appointment in due { outputs += keep(appointment, at: now) }
        return outputs
    }

    private mutating func keep(_ appointment: Appointment, at now: MonotonicClock.Instant) -> [Output] {
        switch appointment.kind {
        case .result(let value): return perform(session.finish(appointment.ticket, .returned(value)), at: now)
        case .tick(let id, let number, let interval):
            var next = appointment
            next.kind = .tick(id: id, number: number + 1, interval: interval)
            // After a hang there is one tick, not as many as were missed.
            next.due = max(appointment.due + interval, now)
            appointments.append(next)
            return perform(tick(appointment.ticket, id, number), at: now)
        }
    }

    private mutating func perform(
        _ actions: [ServerSession.Action], at now: MonotonicClock.Instant
    ) -> [Output] {
        var outputs: [Output] = []
        var pending = actions[...]
        while let action = pending.popFirst() {
            switch action {
            case .send(let message): outputs.append(.send(message.text))
            case .close:
                appointments = []
                outputs.append(.close)
            case .run(let call): pending += run(call, at: now)
            case .publish(let subscription): pending += publish(subscription, at: now)
            case .stopped(let ticket): appointments.removeAll { $0.ticket == ticket }
            case .connected: continue
            }
        }
        return outputs
    }
}
