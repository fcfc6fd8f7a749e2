import Clocks

/// The registry of nodes in one process: leases, and the records that live as long as theirs.
///
/// A lease can be renewed until ``expire(at:)`` has ended it. Where the whole process stood still, the renewals that are due
/// then come before that, and nobody is lost.
struct LeaseTable: Sendable {
    private struct Lease: Sendable {
        var length: Duration
        var endsAt: MonotonicClock.Instant
    }

    private struct Entry: Sendable {
        var endpoint: ServiceEndpoint
        var lease: LeaseID
    }

    private let limit: Int
    private var leases: [LeaseID: Lease] = [:]
    private var entries: [EndpointKey: Entry] = [:]
    private var lastLease: Int64 = 0
    private(set) var revision: Int64 = 1

    /// A table of at most so many leases.
    init(limit: Int) { self.limit = limit }

    /// When ``expire(at:)`` is to be called.
    var wakeAt: MonotonicClock.Instant? { leases.values.map(\.endsAt).min() }

    var reading: RegistryReading {
        RegistryReading(revision: revision, endpoints: entries.values.map(\.endpoint))
    }

    /// Nil if there is no place for another.
    mutating func grant(_ length: Duration, at now: MonotonicClock.Instant) -> LeaseID? {
        guard leases.count < limit else { return nil }
        lastLease += 1
        let id = LeaseID(number: lastLease)
        leases[id] = Lease(length: length, endsAt: now + length)
        return id
    }

    /// False if there is no such lease.
    mutating func renew(_ id: LeaseID, at now: MonotonicClock.Instant) -> Bool {
        guard let lease = leases[id] else { return false }
        leases[id]?.endsAt = now + lease.length
        return true
    }

    /// Nil if there is no such lease.
    mutating func put(_ endpoint: ServiceEndpoint, _ id: LeaseID) -> RegistryChange? {
        guard leases[id] != nil else { return nil }
        entries[endpoint.key] = Entry(endpoint: endpoint, lease: id)
        return change(.stands(endpoint))
    }

    /// Ends a lease whose node leaves in order.
    mutating func withdraw(_ id: LeaseID) -> [RegistryChange] { end(id) { .left($0) } }

    /// Ends the leases whose time is over.
    mutating func expire(at now: MonotonicClock.Instant) -> [RegistryChange] {
        let over = leases.filter { $0.value.endsAt <= now }.sorted { $0.value.endsAt < $1.value.endsAt }
        return over.flatMap { lease in end(lease.key) { .gone($0) } }
    }

    private mutating func end(_ id: LeaseID, _ what: (EndpointKey) -> RegistryChange.What) -> [RegistryChange] {
        guard leases.removeValue(forKey: id) != nil else { return [] }
        let keys = entries.filter { $0.value.lease == id }.keys.sorted()
        return keys.map { key in
            entries[key] = nil
            return change(what(key))
        }
    }

    private mutating func change(_ what: RegistryChange.What) -> RegistryChange {
        revision += 1
        return RegistryChange(revision: revision, what: what)
    }
}
