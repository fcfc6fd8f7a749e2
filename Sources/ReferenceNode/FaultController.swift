import History
import NIOConcurrencyHelpers
import NIOCore
import Wire

/// Brings faults into force and heals them, one after another; may be called from any thread.
final class FaultController: Sendable {
    private let plane: NIOLoopBound<DataPlane>
    private let dataLoop: any EventLoop
    private let controlLoop: any EventLoop
    private let state: NodeState
    private let gate = NIOLockedValueBox<HangGate?>(nil)
    private let filler: BacklogFiller
    private let tail: NIOLockedValueBox<EventLoopFuture<Void>>

    /// - Parameter listener: where the node listens.
    init(
        plane: NIOLoopBound<DataPlane>, listener: Endpoint, dataLoop: any EventLoop, controlLoop: any EventLoop,
        state: NodeState
    ) {
        self.filler = BacklogFiller(listener, loop: controlLoop)
        self.plane = plane
        self.dataLoop = dataLoop
        self.controlLoop = controlLoop
        self.state = state
        self.tail = NIOLockedValueBox(controlLoop.makeSucceededVoidFuture())
    }

    /// Done once the fault is in force.
    func apply(_ fault: NodeFault) -> EventLoopFuture<Void> { enqueue { $0.perform(fault) } }

    /// Done once the node is as without the fault; false if it was not in force.
    func heal(_ kind: FaultKind) -> EventLoopFuture<Bool> {
        enqueue { controller in
            guard let fault = controller.state.faults.first(where: { $0.kind == kind }) else {
                return controller.controlLoop.makeSucceededFuture(false)
            }
            return controller.undo(fault).map { true }
        }
    }

    /// Done once none of these faults is in force; those that were.
    func heal(_ kinds: [FaultKind]) -> EventLoopFuture<[FaultKind]> {
        enqueue { controller in
            // A hung node's listener can't be changed.
            let inForce = controller.state.faults.filter { kinds.contains($0.kind) }
            let faults = inForce.filter(\.kind.stopsLoop) + inForce.filter { !$0.kind.stopsLoop }
            return controller.undo(faults[...], healed: [])
        }
    }

    private func undo(_ faults: ArraySlice<NodeFault>, healed: [FaultKind]) -> EventLoopFuture<[FaultKind]> {
        guard let fault = faults.first else { return controlLoop.makeSucceededFuture(healed) }
        return undo(fault).flatMap { self.undo(faults.dropFirst(), healed: healed + [fault.kind]) }
    }

    /// Ends the node for good.
    func terminate() -> EventLoopFuture<Void> {
        enqueue { controller in
            let killed = controller.onData { $0.kill() }
            controller.openGate()
            return killed
        }
    }

    private func enqueue<Value: Sendable>(
        _ body: @escaping @Sendable (FaultController) -> EventLoopFuture<Value>
    ) -> EventLoopFuture<Value> {
        tail.withLockedValue { tail in
            let result = tail.flatMap { body(self) }
            // A fault that failed must not block the next one; its own caller gets the error.
            tail = result.map { _ in }.recover { _ in }
            return result
        }
    }

    private func perform(_ fault: NodeFault) -> EventLoopFuture<Void> {
        switch fault.kind {
        case .kill:
            guard !state.has(.kill) else { return controlLoop.makeSucceededVoidFuture() }
            state.add(.kill)
            state.remove(.hang)
            state.remove(.partition)
            // Queued before the gate opens, so that a hung node dies without having worked off anything.
            let killed = onData { $0.kill() }
            openGate()
            return killed
        case .hang:
            guard !state.has(.hang) else { return controlLoop.makeSucceededVoidFuture() }
            guard !isStopped else { return conflict("a node that can't be reached can't hang; heal partition first") }
            guard !state.has(.kill) else { return conflict("a killed node can't hang; heal kill first") }
            state.add(.hang)
            return block()
        case .partition:
            guard !state.has(.partition) else { return controlLoop.makeSucceededVoidFuture() }
            guard !isStopped else { return conflict("a hung node can't be cut off; heal hang first") }
            guard !state.has(.kill), !state.has(.refuseConnections) else {
                return conflict("a node without a listener can't be cut off; heal kill and refuse-connections first")
            }
            return onData {
                try $0.limitBacklog(to: 0)
                return nil
            }.flatMap { [state] in
                state.add(.partition)
                return self.block()
            }.flatMap { self.filler.fill() }
        case .refuseConnections:
            guard !isStopped else { return conflict(Self.stoppedListener) }
            state.add(fault)
            return onData { $0.closeListener() }
        case .closeConnections:
            guard !isStopped else { return conflict(Self.stoppedListener) }
            state.add(fault)
            return onData { $0.closeConnections() }
        case .unhealthy, .slow, .refuseUpgrade, .silentUpgrade, .muteAfter101:
            state.add(fault)
            return controlLoop.makeSucceededVoidFuture()
        }
    }

    /// A fault is in force until the node is as it was without it: who reads that it is gone may rely on that.
    private func undo(_ fault: NodeFault) -> EventLoopFuture<Void> {
        if fault == .refuseConnections, isStopped { return conflict(Self.stoppedListener) }
        let undone: EventLoopFuture<Void>
        switch fault.kind {
        case .kill: undone = onData { $0.start() }
        case .hang:
            openGate()
            undone = onData { _ in nil }
        case .partition:
            openGate()
            undone = onData {
                try $0.limitBacklog(to: ListenBacklog.usual)
                return nil
            }
        case .refuseConnections: undone = onData { $0.openListener() }
        case .unhealthy, .closeConnections, .slow, .refuseUpgrade, .silentUpgrade, .muteAfter101:
            undone = controlLoop.makeSucceededVoidFuture()
        }
        return undone.map { [state] in state.remove(fault.kind) }
    }

    private var isStopped: Bool { state.has(.hang) || state.has(.partition) }

    private static let stoppedListener =
        "a node that hangs or can't be reached can't change its listener; heal hang or partition first"

    private func conflict(_ advice: String) -> EventLoopFuture<Void> {
        controlLoop.makeFailedFuture(FaultConflict(advice: advice))
    }

    private func block() -> EventLoopFuture<Void> {
        let gate = HangGate()
        self.gate.withLockedValue { $0 = gate }
        let entered = controlLoop.makePromise(of: Void.self)
        dataLoop.execute {
            entered.succeed()
            gate.block()
        }
        return entered.futureResult
    }

    private func openGate() {
        gate.withLockedValue { gate in
            gate?.open()
            gate = nil
        }
        filler.empty()
    }

    /// A hung loop runs this only after its healing, so callers that must not wait open the gate.
    private func onData(
        _ body: @escaping @Sendable (DataPlane) throws -> EventLoopFuture<Void>?
    ) -> EventLoopFuture<Void> {
        let plane = self.plane
        let dataLoop = self.dataLoop
        return dataLoop.flatSubmit {
            do { return try body(plane.value) ?? dataLoop.makeSucceededVoidFuture() } catch {
                return dataLoop.makeFailedFuture(error)
            }
        }.hop(to: controlLoop)
    }
}

/// A fault that can't be brought about or healed because of another one.
struct FaultConflict: Error {
    var advice: String
}
