import Clocks

/// The records of the registry as one node knows them. What the registry lost while it could not be asked stays for the
/// time of a lease, so that its nodes can register again.
struct LivingEndpoints: Sendable {
    /// What it means that a record is missing. Legal steps: `gone → lostPerhaps → recovering → gone`, and back from
    /// `recovering` to `lostPerhaps`.
    private enum Absence: Sendable, Equatable {
        /// Its node is gone.
        case gone
        /// The registry can't be asked, and may lose what lives.
        case lostPerhaps
        /// It can be asked again; what it lost has time until then.
        case recovering(until: MonotonicClock.Instant)
    }

    private let limit: Int
    private let lease: Duration
    private var entries: [EndpointKey: ServiceEndpoint] = [:]
    /// Those of the entries that the registry does not have.
    private var missing: Set<EndpointKey> = []
    private var absence = Absence.gone
    /// What the registry had seen when this was true; nil before it was read.
    private(set) var revision: Int64?
    /// All entries, for readers.
    private(set) var set = EndpointSet()
    /// What is not used.
    private(set) var refusals = Refusals()

    init(_ limits: DiscoveryLimits, _ timing: DiscoveryTiming) {
        limit = limits.endpoints
        lease = timing.lease
    }

    /// When ``settle(at:)`` is to be called.
    var settlesAt: MonotonicClock.Instant? {
        if case .recovering(let until) = absence { until } else { nil }
    }

    /// Whether the registry can't be asked.
    var isCutOff: Bool { absence == .lostPerhaps }

    /// Whether there is no place for another.
    var isFull: Bool { entries.count >= limit }

    /// Whether the registry has the record of this key.
    func isPresent(_ key: EndpointKey) -> Bool { entries[key] != nil && !missing.contains(key) }

    /// The registry could not be asked.
    mutating func cutOff() {
        if revision != nil { absence = .lostPerhaps }
    }

    /// The registry was read, which was asked for at the revision `known`. False if it has lost its memory since then, so
    /// that no watch after an earlier revision may be begun.
    mutating func read(_ reading: RegistryReading, known: Int64?, at now: MonotonicClock.Instant) -> Bool {
        let hasForgotten = known.map { reading.revision < $0 } ?? false
        if hasForgotten || isCutOff { absence = .recovering(until: now + lease) }
        // A watch may have told more since it was asked for.
        if let revision, reading.revision < revision, !hasForgotten { return true }
        revision = reading.revision
        refusals = reading.refusals
        let before = entries
        entries = [:]
        missing = []
        // In one order for all readers, so that where there are too many all keep the same ones.
        for endpoint in reading.endpoints.sorted(by: { $0.key < $1.key }) { stands(endpoint) }
        if absence != .gone {
            for (key, endpoint) in before.sorted(by: { $0.key < $1.key }) where entries[key] == nil && !isFull {
                entries[key] = endpoint
                missing.insert(key)
            }
        }
        if entries != before { set = EndpointSet(entries) }
        return !hasForgotten
    }

    /// The watch has told of changes; those that a reading had are passed over.
    mutating func apply(_ changes: [RegistryChange]) {
        guard let revision else { return }
        let before = entries
        for change in changes where change.revision > revision {
            self.revision = max(self.revision ?? 0, change.revision)
            switch change.what {
            case .stands(let endpoint): stands(endpoint)
            case .left(let key): remove(key)
            case .gone(let key): lose(key)
            case .refused(let key, let error):
                refusals.add(error)
                if let key { remove(key) }
            }
        }
        if entries != before { set = EndpointSet(entries) }
    }

    /// Lets go of what had its time to come back.
    mutating func settle(at now: MonotonicClock.Instant) {
        guard case .recovering(let until) = absence, until <= now else { return }
        absence = .gone
        guard !missing.isEmpty else { return }
        for key in missing { entries[key] = nil }
        missing = []
        set = EndpointSet(entries)
    }

    private mutating func stands(_ endpoint: ServiceEndpoint) {
        let key = endpoint.key
        guard entries[key] != nil || !isFull else { return refusals.add(.tooMany(limit: limit)) }
        entries[key] = endpoint
        missing.remove(key)
    }

    private mutating func remove(_ key: EndpointKey) {
        entries[key] = nil
        missing.remove(key)
    }

    private mutating func lose(_ key: EndpointKey) {
        guard absence != .gone else { return remove(key) }
        if entries[key] != nil { missing.insert(key) }
    }
}
