import Clocks
import NIOCore
import NIOPosix
import Statistics
import StressResults
import Verdicts

/// The loops of a run, spoken to from tasks.
struct StressFleet: Sendable {
    private let loops: [NIOLoopBound<StressLoop>]

    /// Spreads the clients over the loops of this group, and lets them arrive.
    init(
        _ context: StressContext, on group: MultiThreadedEventLoopGroup, startingAt start: MonotonicClock.Instant
    ) async {
        let all = Array(group.makeIterator())
        var loops: [NIOLoopBound<StressLoop>] = []
        for (index, loop) in all.enumerated() {
            let made = loop.submit {
                let numbers = context.clients.filter { $0 % all.count == index }
                let clients = StressLoop(context, numbers: numbers, on: loop, startingAt: start)
                clients.begin()
                return NIOLoopBound(clients, eventLoop: loop)
            }
            loops.append(await Self.value(of: made))
        }
        self.loops = loops
    }

    func snapshot() async -> LoopSnapshot {
        let parts = await onEach { $0.snapshot() }
        var sum = LoopSnapshot(counts: StressCounts(), gauge: ClientGauge(), interval: HdrHistogram(.latency))
        for part in parts {
            sum.counts.add(part.counts)
            sum.gauge.add(part.gauge)
            sum.interval.add(part.interval)
        }
        return sum
    }

    /// Sessions that are open at a node now; no snapshot, which would take the response times of a second.
    func openSessions(at node: String) async -> Int { await onEach { $0.gauges.openAt[node] ?? 0 }.reduce(0, +) }

    func outageBegins(_ node: String, _ effect: NodeOutages.Effect) async {
        await onEach { $0.outageBegins(node, effect) }
    }

    func outageEnds(_ node: String) async { await onEach { $0.outageEnds(node) } }
    func quieten() async { await onEach { $0.quieten() } }
    func isDone() async -> Bool { await onEach { $0.isDone }.allSatisfy(\.self) }
    func isQuiet() async -> Bool { await onEach { $0.isQuiet }.allSatisfy(\.self) }

    func end() async -> LoopEnd {
        let parts = await onEach { $0.end() }
        var sum = LoopEnd(
            counts: StressCounts(), service: HdrHistogram(.latency), response: HdrHistogram(.latency), samples: [],
            connected: 0, recovery: RecoveryTimes())
        for part in parts {
            sum.counts.add(part.counts)
            sum.service.add(part.service)
            sum.response.add(part.response)
            sum.samples += part.samples
            sum.connected += part.connected
            sum.recovery.add(part.recovery)
        }
        return sum
    }

    @discardableResult
    private func onEach<Value: Sendable>(_ act: @escaping @Sendable (StressLoop) -> Value) async -> [Value] {
        var values: [Value] = []
        for bound in loops {
            values.append(await Self.value(of: bound.eventLoop.submit { act(bound.value) }))
        }
        return values
    }

    private static func value<Value: Sendable>(of future: EventLoopFuture<Value>) async -> Value {
        do {
            return try await future.get()
        } catch {
            preconditionFailure("a loop of ours ended before its clients: \(error)")
        }
    }
}

extension RecoveryTimes {
    /// As below.
    fileprivate mutating func add(_ other: RecoveryTimes) {
        do throws(HistogramError) {
            try merge(other)
        } catch {
            preconditionFailure("times of one run: \(error)")
        }
    }
}

extension HdrHistogram {
    /// Adds what another one of the same layout counted; beyond the limit of counts nothing is added.
    fileprivate mutating func add(_ other: HdrHistogram) {
        do throws(HistogramError) {
            try merge(other)
        } catch {
            preconditionFailure("histograms of one run: \(error)")
        }
    }
}
