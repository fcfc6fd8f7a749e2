import History
import NIOConcurrencyHelpers
import Synchronization

/// What both planes know of the node: its boot and the faults in force.
final class NodeState: Sendable {
    private struct Value {
        var bootID = ""
        var faults: [NodeFault] = []
        var shortage: String?
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
            value.faults.removeAll { $0.kind == fault.kind }
            value.faults.append(fault)
            isFaulty.store(true, ordering: .releasing)
        }
    }

    func remove(_ kind: FaultKind) {
        value.withLockedValue { value in
            value.faults.removeAll { $0.kind == kind }
            isFaulty.store(!value.faults.isEmpty, ordering: .releasing)
        }
    }

    func newBootID() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<12).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}
