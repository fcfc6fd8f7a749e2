/// A large value that is handed on by reference and copied only before it changes where it is held twice. A session's
/// state is read and replaced with every event, which as a plain value would copy all of it each time.
struct Boxed<Value: Sendable>: Sendable {
    /// Safe to share: it changes only while a single holder has it, as every copy-on-write storage.
    private final class Storage: @unchecked Sendable {
        @exclusivity(unchecked) var value: Value

        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    init(_ value: Value) { storage = Storage(value) }

    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}
