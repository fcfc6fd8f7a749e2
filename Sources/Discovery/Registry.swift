/// Names a lease of the registry.
struct LeaseID: Hashable, Sendable {
    var number: Int64
}

/// All records of a registry at one time.
struct RegistryReading: Sendable, Equatable {
    /// How many changes the registry has seen. A registry that lost its memory counts anew.
    var revision: Int64
    /// Those that stand, each key once.
    var endpoints: [ServiceEndpoint]
    /// Those that could not be read.
    var refusals = Refusals()
}

/// One record changed.
struct RegistryChange: Sendable, Equatable {
    /// What became of it.
    enum What: Sendable, Equatable {
        /// It stands.
        case stands(ServiceEndpoint)
        /// Its node took it away.
        case left(EndpointKey)
        /// It is gone: its lease ended, or somebody removed it.
        case gone(EndpointKey)
        /// Something else was written; the key is that of a record, where it is one.
        case refused(EndpointKey?, RecordError)
    }

    /// The revision of the change.
    var revision: Int64
    /// The change.
    var what: What
}

/// What a watch tells.
enum WatchNews: Sendable, Equatable {
    /// It has begun, and the registry is at this revision.
    case began(revision: Int64)
    /// Changes in their order.
    case changes([RegistryChange])
    /// The changes asked for are no longer at hand: all records must be read anew. Nothing comes after this.
    case compacted
    /// It is over. Nothing comes after this.
    case ended(RegistryFailure)
}

/// Where records are kept. For one node, on its event loop; what is asked for is answered once, then or later, and not at
/// all after ``shut()``.
protocol Registry: AnyObject {
    /// Does what a node's registration needs; at most one call at a time.
    func perform(
        _ call: RegistrationMachine.Call, for endpoint: ServiceEndpoint,
        _ answer: @escaping (RegistrationMachine.Answer) -> Void)
    /// Reads all records; at most one reading at a time.
    func read(_ answer: @escaping (Result<RegistryReading, RegistryFailure>) -> Void)
    /// Tells of every change after this revision. One watch at a time.
    func watch(after revision: Int64, _ tell: @escaping (WatchNews) -> Void)
    /// Ends the watch, which tells nothing more.
    func endWatch()
    /// Ends everything.
    func shut()
}
