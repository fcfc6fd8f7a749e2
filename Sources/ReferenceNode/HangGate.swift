import NIOConcurrencyHelpers

/// Blocks the thread of an event loop until it is opened.
final class HangGate: Sendable {
    private let lock = ConditionLock(value: false)

    func block() {
        lock.lock(whenValue: true)
        lock.unlock()
    }

    func open() {
        lock.lock()
        lock.unlock(withValue: true)
    }
}
