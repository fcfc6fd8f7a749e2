import Clocks

/// Keeps one node's knowledge of the others: it reads all records again and again, and watches for changes between.
/// Answers, news and the time in, actions out.
struct ReaderMachine: Sendable {
    /// What is asked of the registry.
    enum Action: Sendable, Equatable {
        /// To read all records.
        case read
        /// To tell of changes after this revision.
        case watch(after: Int64)
        /// To tell no more of them.
        case endWatch
    }

    /// Legal steps: `due → asked → due`.
    private enum Reading: Sendable, Equatable {
        case due(MonotonicClock.Instant)
        /// When all was known up to the revision `known`.
        case asked(known: Int64?, at: MonotonicClock.Instant)
    }

    /// Legal steps: `none → asked → standing`, and from both to `none`, through `over` where the registry does not know
    /// that it is over.
    private indirect enum Watch: Sendable, Equatable {
        /// The next may begin at this time, as soon as it is known after what.
        case none(until: MonotonicClock.Instant)
        /// The next may begin once all records were read.
        case unread
        case asked(until: MonotonicClock.Instant)
        case standing(since: MonotonicClock.Instant, until: MonotonicClock.Instant)
        /// It is to be ended, and this follows.
        case over(then: Watch)
    }

    private let timing: DiscoveryTiming
    private var reading: Reading
    private var watch: Watch
    private var readDelay: RetryDelay
    private var watchDelay: RetryDelay
    private var readTrouble: RegistryFailure?
    private var watchTrouble: RegistryFailure?
    /// What is known.
    private(set) var living: LivingEndpoints

    /// Reads at once; for `spread` see ``RetryDelay``.
    init(_ timing: DiscoveryTiming, _ limits: DiscoveryLimits, spread: Double, at now: MonotonicClock.Instant) {
        self.timing = timing
        readDelay = RetryDelay(timing, spread: spread)
        watchDelay = readDelay
        reading = .due(now)
        watch = .unread
        living = LivingEndpoints(limits, timing)
    }

    /// What went wrong last; nil once it went well.
    var trouble: RegistryFailure? { readTrouble ?? watchTrouble }

    /// When ``next(at:)`` is to be asked again.
    var wakeAt: MonotonicClock.Instant? {
        var times: [MonotonicClock.Instant] = []
        if case .due(let time) = reading { times.append(time) }
        switch watch {
        case .none(let until), .asked(let until), .standing(_, let until): times.append(until)
        case .unread, .over: break
        }
        if let time = living.settlesAt { times.append(time) }
        return times.min()
    }

    /// What is due; asked until nil.
    mutating func next(at now: MonotonicClock.Instant) -> Action? {
        living.settle(at: now)
        if case .due(let time) = reading, time <= now {
            reading = .asked(known: living.revision, at: now)
            return .read
        }
        switch watch {
        case .none(let until) where until <= now:
            guard let revision = living.revision else {
                watch = .unread
                return nil
            }
            watch = .asked(until: now + timing.answer)
            return .watch(after: revision)
        case .asked(let until) where until <= now:
            watch = .none(until: now + watchDelay.next())
            return .endWatch
        case .standing(_, let until) where until <= now:
            watch = .none(until: now)
            return .endWatch
        case .over(let then):
            watch = then
            return .endWatch
        default: return nil
        }
    }

    // MARK: What the registry says

    /// All records were read.
    mutating func read(_ records: RegistryReading, at now: MonotonicClock.Instant) {
        guard case .asked(let known, let since) = reading else { return }
        reading = .due(max(now, since + timing.refresh))
        readDelay.reset()
        readTrouble = nil
        let remembers = living.read(records, known: known, at: now)
        if !remembers { end(.none(until: now + watchDelay.next())) }
        if watch == .unread { watch = .none(until: now) }
    }

    /// They could not be read. A watch that says nothing then is no sign that nothing changes.
    mutating func failed(_ failure: RegistryFailure, at now: MonotonicClock.Instant) {
        guard case .asked = reading else { return }
        reading = .due(now + readDelay.next())
        readTrouble = failure
        living.cutOff()
        end(.unread)
    }

    /// The watch has said something.
    mutating func told(_ news: WatchNews, at now: MonotonicClock.Instant) {
        switch (watch, news) {
        case (.asked, .began(let revision)):
            watch = .standing(since: now, until: now + timing.watch)
            watchTrouble = nil
            // It knows less than we do: it has lost its memory, and would be silent until it has seen as much again.
            if let known = living.revision, revision < known { readSoon(now) }
        case (.standing, .changes(let changes)): living.apply(changes)
        case (.asked, .compacted), (.standing, .compacted):
            watch = .unread
            readSoon(now)
        case (.asked, .ended(let failure)), (.standing, .ended(let failure)):
            if case .standing(let since, _) = watch, now - since >= timing.refresh { watchDelay.reset() }
            watchTrouble = failure
            watch = .none(until: now + watchDelay.next())
        default: break
        }
    }

    /// Reads before it would be due, but not without a pause, or a registry that wants it each time would keep us busy.
    private mutating func readSoon(_ now: MonotonicClock.Instant) {
        if case .due(let time) = reading { reading = .due(min(time, now + watchDelay.next())) }
    }

    private mutating func end(_ next: Watch) {
        switch watch {
        case .asked, .standing, .over: watch = .over(then: next)
        case .none, .unread: watch = next
        }
    }
}
