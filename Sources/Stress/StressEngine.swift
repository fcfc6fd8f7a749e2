import Clocks
import Fleet
package import Foundation
import History
package import Lab
import NIOCore
import NIOPosix
import Statistics
package import StressResults
import Wire

/// Runs a scenario against a site: lets clients arrive, breaks nodes, looks each second, and sums up.
package struct StressEngine: Sendable {
    /// What is done.
    package var scenario: StressScenario
    /// Which of its clients are ours.
    package var shard: Shard
    /// Event loops for the clients.
    package var loops: Int
    /// What is put under load, for the result.
    package var target: StressResult.Target
    /// Path of the WebSocket without framing, where it is not a node's own.
    package var rawPath: String?
    /// When the clients begin; nil for at once.
    package var startAt: Date?
    /// Whether nodes join and leave with the load.
    package var scalesNodes = false
    /// How many times faster than documented they do.
    package static let scalingSpeed = StressScaling.speed

    /// A run of this scenario.
    package init(
        _ scenario: StressScenario, shard: Shard = .whole, loops: Int = 1, target: StressResult.Target,
        rawPath: String? = nil, startAt: Date? = nil
    ) {
        self.scenario = scenario
        self.shard = shard
        self.loops = max(1, loops)
        self.target = target
        self.rawPath = rawPath
        self.startAt = startAt
    }

    /// Seconds by which a start may be late without a word.
    private static let punctuality = 1.0
    /// Longest wait, at the end, for what is still under way.
    private static let drainLimit = StressContext.patience + .seconds(2)

    /// Runs it; fails where a node can't be broken or healed. Cancelling the task ends it early, in order.
    ///
    /// - Parameter progress: told of each second, on any thread.
    package func run(
        on site: StressSite, progress: @escaping @Sendable (StressProgress) -> Void = { _ in }
    ) async -> Result<StressResult, LabError> {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let stalls = OwnStalls()
        let monitor = LoopMonitor(
            loops: site.loops + group.makeIterator().enumerated().map { ("stress-\($0.offset)", $0.element) }
        ) { _, late in
            stalls.add(late, at: .now)
        }
        let context = StressContext(scenario, shard: shard, target: site.front, rawPath: rawPath, stalls: stalls)
        let delay = startAt?.timeIntervalSinceNow ?? 0
        // Cancelled: the run ends before it begins, in order.
        if delay > 0 { try? await MonotonicClock().sleep(for: .seconds(delay)) }
        let startedAt = Date()
        let start = MonotonicClock.now
        let fleet = await StressFleet(context, on: group, startingAt: start)
        let faults = FaultSchedule(scenario.faults, on: site.nodes, fleet: fleet, startingAt: start)
        let schedule = Task { await faults.run() }
        let scaling = scalesNodes ? StressScaling(of: site, fleet: fleet) : nil
        let following = Task { await scaling?.run() }
        let timeline = await watch(fleet, faults, scaling, from: start, progress)
        schedule.cancel()
        await schedule.value
        let seconds = (MonotonicClock.now - start) / .seconds(1)
        let isInterrupted = Task.isCancelled
        await drain(fleet)
        following.cancel()
        await following.value
        monitor.stop()
        let end = await fleet.end()
        let healed = await faults.healAll()
        // The loops are ours alone, and nothing runs on them any more.
        try? await group.shutdownGracefully()
        if let problem = healed ?? scaling?.problem { return .failure(problem) }
        let result = StressResult(
            scenario: scenario.summary, clients: scenario.clients, shard: shard, target: target,
            startedAt: StressResult.text(of: startedAt), seconds: seconds, counts: end.counts, connected: end.connected,
            response: end.response, service: end.service, recovery: end.recovery, timeline: timeline,
            faults: faults.applied,
            samples: end.samples, ownStalls: stalls.lengths, shortages: context.shortages.sentences,
            isInterrupted: isInterrupted,
            notes: notes(context, end.counts, late: -delay) + (scaling == nil ? [] : Self.scalingNotes),
            followedLoad: scaling?.outcome)
        return .success(result)
    }

    /// What readers of nodes that followed the load have to know.
    private static let scalingNotes = [
        "a session that was still open when its node had drained counts as ended by a fault",
        "messages on a WebSocket are no requests, and make no node join",
    ]

    /// What limits what the result says.
    private func notes(_ context: StressContext, _ counts: StressCounts, late: Double) -> [String] {
        var notes: [String] = []
        if startAt != nil, late > Self.punctuality {
            notes.append("shard \(shard) began \(Int(late.rounded(.up))) s behind the time it was to start at")
        }
        if counts.unjudgedResults > 0 {
            notes.append(
                "the app behind the balancer is none of ours and knows no method \"tally\": what calls return was not compared"
            )
        }
        let overRequests = counts.openedOn.filter { StressTransport(name: $0.key)?.isOverRequests ?? false }
        if counts.opened > 0, counts.openedAt.isEmpty {
            notes.append(
                "no answer named its node, so whether sessions stayed on theirs was not judged: put nodes of ours behind "
                    + "the balancer with `stickler node`")
        } else if counts.opened > 0, overRequests.isEmpty {
            notes.append(
                "every session was on a WebSocket, which stays where it is: whether requests find their session's node was "
                    + "not judged; add xhr-polling to the mix")
        }
        guard !context.hasOwnSources else { return notes }
        return notes + [
            "all clients come from this machine's own address: a balancer that goes by the client's address takes them "
                + "for one client"
        ]
    }

    /// Looks each second until the run's time is over, all is said, or the task is cancelled.
    private func watch(
        _ fleet: StressFleet, _ faults: FaultSchedule, _ scaling: StressScaling?, from start: MonotonicClock.Instant,
        _ progress: @Sendable (StressProgress) -> Void
    ) async -> [TimelineSecond] {
        let end = start + scenario.length
        var timeline: [TimelineSecond] = []
        var before = StressCounts()
        var next = start
        while next < end {
            next = min(next + .seconds(1), end)
            // Cancelled: what was seen so far stands.
            guard (try? await MonotonicClock().sleep(until: next)) != nil, faults.problem == nil,
                scaling?.problem == nil
            else { break }
            let seen = await fleet.snapshot()
            let second = TimelineSecond(
                seen, after: before, at: (MonotonicClock.now - start) / .seconds(1))
            before = seen.counts
            timeline.append(second)
            let tally = scaling?.tally
            progress(
                StressProgress(
                    second: second, counts: seen.counts, faults: faults.inForce, nodes: tally?.nodes ?? [],
                    drainingNodes: tally?.draining ?? []))
            if scenario.messages != nil, await fleet.isDone() { break }
        }
        return timeline
    }

    /// Lets what is under way come to its end.
    private func drain(_ fleet: StressFleet) async {
        await fleet.quieten()
        let limit = MonotonicClock.now + Self.drainLimit
        // Not in the run's own task, whose cancelling asks for this very end.
        await Task.detached {
            while MonotonicClock.now < limit, await !fleet.isQuiet() {
                // The pace of the question; loops have no event for it.
                try? await MonotonicClock().sleep(for: .milliseconds(50))
            }
        }.value
    }
}

extension TimelineSecond {
    init(_ seen: LoopSnapshot, after before: StressCounts, at seconds: Double) {
        func milliseconds(_ percentile: Double) -> Double? {
            seen.interval.value(atPercentile: percentile).map { Double($0) / 1_000 }
        }
        self.init(
            at: (seconds * 1_000).rounded() / 1_000, clients: seen.gauge, sent: seen.counts.sent - before.sent,
            answered: seen.counts.answered - before.answered,
            violations: seen.counts.allViolations - before.allViolations, median: milliseconds(50),
            p99: milliseconds(99), longest: milliseconds(100), responses: seen.interval.textOfSome)
    }
}

extension HdrHistogram {
    /// The histogram as a text; nil where it has no values, or zlib no memory, without which a second is still told.
    fileprivate var textOfSome: String? {
        guard count > 0 else { return nil }
        do throws(HistogramError) {
            return try encoded()
        } catch {
            return nil
        }
    }
}
