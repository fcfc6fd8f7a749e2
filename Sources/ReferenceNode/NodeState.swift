import History
import NIOConcurrencyHelpers
import Synchronization

/// What both planes know of the node: its boot and the faults in force.
final class NodeState: Sendable {
    private struct Value {
        var bootID = ""
        var faults: [NodeFault] = []
        var shortage: String?
        var watchers: [AsyncStream<Bool>.Continuation] = []

        var isAlive: Bool { !faults.contains { $0.kind == .kill || $0.kind.stopsLoop } }

        /// Tells the watchers, where that has changed.
        mutating func tell(ifNot wasAlive: Bool) {
            guard isAlive != wasAlive else { return }
            for watcher in watchers { watcher.yield(isAlive) }
        }
    }

    private let value = NIOLockedValueBox(Value())
    /// Whether there are faults: asked several times for each request, and hardly ever true.
    private let isFaulty = Atomic(false)
    let methodCounts = MethodCounts()

    var bootID: String { value.withLockedValue(\.bootID) }
    var faults: [NodeFault] { value.withLockedValue(\.faults) }

    /// What there was last no descriptor for.
    var shortage: String? { value.withLockedValue(\.shortage) }

    func ranShort(of what: String) { value.withLockedValue { $0.shortage = what } }

    /// Whether the node lives, neither killed nor hung, now and after each change.
    func lives() -> AsyncStream<Bool> {
        let (lives, watcher) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        value.withLockedValue { value in
            watcher.yield(value.isAlive)
            value.watchers.append(watcher)
        }
        return lives
    }

    func has(_ kind: FaultKind) -> Bool {
        isFaulty.load(ordering: .acquiring) && faults.contains { $0.kind == kind }
    }

    var slowness: Int? {
        guard isFaulty.load(ordering: .acquiring) else { return nil }
        return faults.lazy.compactMap(\.milliseconds).first
    }

    func begin(boot: String) { value.withLockedValue { $0.bootID = boot } }

    /// A fault of the same kind is replaced.
    func add(_ fault: NodeFault) {
        value.withLockedValue { value in
            let wasAlive = value.isAlive
            value.faults.removeAll { $0.kind == fault.kind }
            value.faults.append(fault)
            isFaulty.store(true, ordering: .releasing)
            value.tell(ifNot: wasAlive)
        }
    }

    func remove(_ kind: FaultKind) {
        value.withLockedValue { value in
            let wasAlive = value.isAlive
            value.faults.removeAll { $0.kind == kind }
            isFaulty.store(!value.faults.isEmpty, ordering: .releasing)
            value.tell(ifNot: wasAlive)
        }
    }

    func newBootID() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<12).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}
