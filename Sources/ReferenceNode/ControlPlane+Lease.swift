import Clocks
import Foundation
import History
import NIOCore

extension ControlPlane {
    static let leaseGone = HTTPResponse.text(
        410, "this lease is not in force: it was not renewed in time, or was ended by `stickler heal`\n")

    /// The lease in force, for those who have it not.
    var leaseRecord: LeaseRecord? { ledger.lease.map { Self.record($0) } }

    private static func record(_ lease: FaultLedger.Lease, id: String? = nil) -> LeaseRecord {
        let now = MonotonicClock.now
        return LeaseRecord(
            lease: id, holder: lease.holder, heldSeconds: Int((now - lease.since).components.seconds),
            // Rounded up, so that who waits so long waits long enough.
            endsInSeconds: max(0, Int((lease.until - now).components.seconds) + 1))
    }

    func takeLease(_ request: HTTPRequest) -> HTTPResponse {
        let wanted: LeaseRequest
        do {
            wanted = try JSONDecoder().decode(LeaseRequest.self, from: Data(request.body.readableBytesView))
        } catch {
            return .text(400, "expected {\"holder\":WHO}, and \"milliseconds\" from 100 to 60000 if it matters\n")
        }
        let milliseconds = wanted.milliseconds ?? 20_000
        guard (100...60_000).contains(milliseconds) else {
            return .text(400, "expected \"milliseconds\" from 100 to 60000\n")
        }
        let holder = String(
            String.UnicodeScalarView(wanted.holder.unicodeScalars.filter { $0.value >= 0x20 }.prefix(200)))
        // What is due may not have come to its turn.
        timerFired()
        guard
            let lease = ledger.take(state.newBootID(), holder: holder, length: .milliseconds(milliseconds), at: .now)
        else {
            return json(leaseRecord, status: 409)
        }
        log.beginLease()
        rearm()
        return json(Self.record(lease, id: lease.id))
    }

    func renewLease(_ id: String) -> HTTPResponse {
        timerFired()
        guard let lease = ledger.renew(id, at: .now) else { return Self.leaseGone }
        rearm()
        return json(Self.record(lease, id: lease.id))
    }

    func endLease(_ id: String) -> Execution {
        guard ledger.lease?.id == id else { return .respond(Self.leaseGone) }
        return answer(perform(ledger.end(id))) { plane, healed in plane.json(HealedFaults(healed: healed)) }
    }

    /// Makes the node what it was before anybody broke it, whoever that was.
    func healAll() -> Execution {
        let ended = leaseRecord
        for fault in FaultKind.allCases { ledger.forget(fault) }
        _ = perform(ledger.end())
        return answer(faults.heal(FaultKind.allCases)) { plane, healed in
            plane.json(HealedFaults(healed: healed, lease: ended))
        }
    }

    func timerFired() {
        _ = perform(ledger.timerFired(at: .now))
    }

    func rearm() { timer.wake(at: ledger.wakeAt) }

    /// Done once all is healed; the faults that were in force.
    private func perform(_ actions: [FaultLedger.Action]) -> EventLoopFuture<[FaultKind]> {
        var healed = eventLoop.makeSucceededFuture([FaultKind]())
        for action in actions {
            switch action {
            case .leaseEnded: log.endLease()
            case .heal(let kinds):
                let healing = faults.heal(kinds).hop(to: eventLoop)
                healing.assumeIsolated().whenFailure { [self] _ in
                    // The port of a killed node may be taken; nobody else would try again.
                    for kind in kinds { ledger.note(kind, ends: .time(.now + .seconds(1))) }
                    rearm()
                }
                healed = healed.and(healing).map { $0 + $1 }
            }
        }
        rearm()
        return healed
    }
}
