package import Clocks

/// What a stress run does: which clients there are, what they say, and which nodes break meanwhile. All of it but the
/// times is a function of these values.
public struct StressScenario: Sendable, Hashable {
    /// What clients and nodes say to each other.
    public enum Application: String, Sendable, Hashable, CaseIterable {
        /// Numbered messages that come back.
        case echo
        /// Meteor's protocol: a session, a subscription, and method calls.
        case ddp

        /// Reads its name.
        public init(name: String) throws(ScenarioError) {
            guard let known = Self(rawValue: name) else {
                throw ScenarioError(
                    expected: Self.allCases.map(\.rawValue).joined(separator: " or "), of: "the application", got: name)
            }
            self = known
        }
    }

    /// Most clients of a scenario, all shards together.
    public static let clientLimit = 10_000_000

    /// How many clients there are, all shards together.
    public var clients: Int
    /// Over what time they arrive.
    public var ramp = Ramp(.zero)
    /// How long the run lasts behind the ramp, at most.
    public var duration: Duration = .seconds(30)
    /// How many messages each client sends; the run ends once all have theirs. Nil for as many as the time allows.
    public var messages: Int?
    /// When they send.
    public var arrival: Arrival = .closed
    /// What carries their sessions.
    public var mix: TransportMix = .usual
    /// What they say.
    public var application: Application = .echo
    /// How long they think, in a closed loop.
    public var think: ThinkTime = .fixed(.seconds(1))
    /// How long their messages are.
    public var size = MessageSize(32...32)
    /// Whether upgrades offer permessage-deflate.
    public var offersDeflate = false
    /// What breaks meanwhile.
    public var faults: [ScheduledFault] = []
    /// What must hold at the end.
    public var thresholds: [Threshold] = []
    /// Seed of all that is drawn.
    public var seed: UInt64 = 1

    /// A scenario of so many clients.
    public init(clients: Int) { self.clients = clients }

    /// Names the first thing that can't be.
    package func check() throws(ScenarioError) {
        guard (1...Self.clientLimit).contains(clients) else {
            throw ScenarioError(
                expected: "a number from 1 to \(Self.clientLimit)", of: "the clients", got: "\(clients)")
        }
        guard duration > .zero else {
            throw ScenarioError("a run needs a duration above 0, got \(TimeText.text(duration))")
        }
        guard messages ?? 1 > 0 else {
            throw ScenarioError(expected: "a number above 0", of: "the messages of a client", got: "\(messages ?? 0)")
        }
        for fault in faults {
            guard fault.start < length else {
                throw ScenarioError(
                    "the fault \"\(fault)\" begins after the end of the run, \(TimeText.text(length)) from its start")
            }
        }
    }

    /// How many seconds the run lasts at most, the ramp included.
    public var seconds: Double { length / .seconds(1) }

    /// How long the run lasts, at most.
    package var length: Duration { ramp.length + duration }

    /// When the client of this number arrives, from the beginning of the run.
    package func arrival(of client: Int) -> Duration { ramp.arrival(of: client, among: clients) }

    /// When the client of this number sends, in an open loop; nil in a closed one.
    ///
    /// - Parameter phase: 0 up to 1, the part of a message by which it is behind others.
    package func sendTimes(of client: Int, start: MonotonicClock.Instant, phase: Double) -> SendTimes? {
        guard case .open(let profile) = arrival else { return nil }
        return SendTimes(profile, clients: clients, start: start, arrival: arrival(of: client), phase: phase)
    }

    /// What differs between scenarios, in one line: two runs with equal lines are shards of one.
    package var summary: String {
        """
        clients \(clients), ramp \(ramp), duration \(TimeText.text(duration)), \
        \(messages.map { "messages \($0), " } ?? "")arrival \(arrival), mix \(mix), \
        application \(application.rawValue), think \(think), size \(size), deflate \
        \(offersDeflate ? "on" : "off"), faults [\(faults.map(\.description).joined(separator: "; "))], seed \(seed)
        """
    }
}
