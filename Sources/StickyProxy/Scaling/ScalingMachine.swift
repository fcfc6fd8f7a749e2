package import Clocks

/// Which nodes join and leave by ``ScalingRules``, from what each of them was measured to have: decides without nodes and
/// without a clock.
///
/// ```
///          start            joined                  drain               end            ended
/// (wanted) ─────▶ starting ───────▶ serving ─────────────────▶ draining ───▶ leaving ───────▶ (gone)
///                                   measured after its warm-up
/// ```
package struct ScalingMachine: Sendable {
    /// What is to be done.
    package enum Action: Sendable, Equatable {
        /// Start so many more nodes, and tell of each that it joined.
        case start(Int)
        /// This node gets no new clients; tell when it knows.
        case drain(String)
        /// This node is taken out and ended; tell when it has.
        case end(String)
    }

    /// One node that has joined.
    private struct Member: Sendable {
        var name: String
        var phase: Phase
    }
    private enum Phase: Sendable, Equatable {
        /// It gets new clients, and is measured from this moment on.
        case serving(measuredFrom: MonotonicClock.Instant)
        /// It keeps its clients, until this moment at most.
        case draining(until: MonotonicClock.Instant)
        /// It is being taken out.
        case leaving
    }

    /// The rule.
    package let rules: ScalingRules
    /// In the order in which they joined.
    private var members: [Member]
    /// Nodes that were asked for and have not joined.
    private var starting = 0
    /// Measurements in a row that wanted more nodes, and fewer.
    private var (above, below) = (0, 0)
    /// When nodes were last asked for, and how many.
    private var scaledOut: (at: MonotonicClock.Instant, by: Int)?
    /// When a node last had left, unless more were wanted since.
    private var scaledInAt: MonotonicClock.Instant?

    /// A group of nodes that serve, and have long since warmed up.
    package init(_ rules: ScalingRules, nodes: [String], at now: MonotonicClock.Instant) {
        self.rules = rules
        members = nodes.map { Member(name: $0, phase: .serving(measuredFrom: now)) }
    }

    /// Nodes that serve or soon will: those that leave are no part of it.
    package var capacity: Int { serving.count + starting }

    private var serving: [Member] {
        members.filter { if case .serving = $0.phase { true } else { false } }
    }

    /// When ``passed(at:)`` has something to do.
    package var wakeAt: MonotonicClock.Instant? {
        members.compactMap { if case .draining(let limit) = $0.phase { limit } else { nil } }.min()
    }

    // MARK: Nodes

    /// A node that was asked for serves. Legal while one is starting.
    package mutating func joined(_ name: String, at now: MonotonicClock.Instant) {
        guard starting > 0, !members.contains(where: { $0.name == name }) else { return }
        starting -= 1
        members.append(Member(name: name, phase: .serving(measuredFrom: now + rules.warmUp)))
    }

    /// A node was told to drain: its time begins, which is not to be shorter for that it took some to tell it. Legal while
    /// it drains.
    package mutating func drained(_ name: String, at now: MonotonicClock.Instant) {
        guard let index = members.firstIndex(where: { $0.name == name }), case .draining = members[index].phase else {
            return
        }
        members[index].phase = .draining(until: now + rules.drainLimit)
    }

    /// A node that drains has no client any more. Of others it says nothing.
    package mutating func emptied(_ name: String) -> [Action] { end { $0.name == name } }

    /// Time has passed.
    package mutating func passed(at now: MonotonicClock.Instant) -> [Action] {
        end { if case .draining(let limit) = $0.phase { limit <= now } else { false } }
    }

    private mutating func end(_ isOver: (Member) -> Bool) -> [Action] {
        var actions: [Action] = []
        for index in members.indices where isOver(members[index]) {
            guard case .draining = members[index].phase else { continue }
            members[index].phase = .leaving
            actions.append(.end(members[index].name))
        }
        return actions
    }

    /// A node has left.
    package mutating func ended(_ name: String, at now: MonotonicClock.Instant) {
        guard let index = members.firstIndex(where: { $0.name == name && $0.phase == .leaving }) else { return }
        members.remove(at: index)
        scaledInAt = now
    }

    // MARK: Load

    /// What each node had of requests a second since the last measurement.
    package mutating func measured(_ rates: [String: Double], at now: MonotonicClock.Instant) -> [Action] {
        if capacity < rules.minimum { return start(rules.minimum - capacity, at: now) }
        let measured = serving.filter {
            if case .serving(let from) = $0.phase { from <= now } else { false }
        }
        guard !measured.isEmpty else { return [] }
        let load = measured.reduce(0) { $0 + (rates[$1.name] ?? 0) }
        let ofTarget = load / Double(measured.count) / rules.target
        let wanted = rules.nodes(for: load)
        above = ofTarget > 1 + rules.tolerance && wanted > capacity ? above + 1 : 0
        below = ofTarget < 1 - rules.tolerance && wanted < capacity ? below + 1 : 0
        if above >= rules.periodsAbove { return scaleOut(to: wanted, at: now) }
        let isWarm = starting == 0 && measured.count == serving.count
        return below >= rules.periodsBelow && isWarm ? scaleIn(at: now) : []
    }

    private mutating func scaleOut(to wanted: Int, at now: MonotonicClock.Instant) -> [Action] {
        let more = wanted - capacity
        if let scaledOut, now < scaledOut.at + rules.scaleOutCoolDown, more <= scaledOut.by { return [] }
        return start(more, at: now)
    }

    private mutating func start(_ count: Int, at now: MonotonicClock.Instant) -> [Action] {
        starting += count
        (scaledOut, scaledInAt) = ((now, count), nil)
        (above, below) = (0, 0)
        return [.start(count)]
    }

    /// The last one that came goes, one at a time.
    private mutating func scaleIn(at now: MonotonicClock.Instant) -> [Action] {
        guard rules.scalesIn, serving.count == members.count,
            scaledInAt.map({ now >= $0 + rules.scaleInCoolDown }) ?? true, let last = members.indices.last
        else { return [] }
        guard rules.drains else {
            members[last].phase = .leaving
            return [.end(members[last].name)]
        }
        members[last].phase = .draining(until: now + rules.drainLimit)
        return [.drain(members[last].name)]
    }
}
