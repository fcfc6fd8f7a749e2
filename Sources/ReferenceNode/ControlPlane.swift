import Clocks
import Foundation
import History
import NIOCore
import NIOHTTP1
import Wire

/// The control plane: faults, leases, status and log over HTTP and JSON. Lives on the control loop only.
///
/// | request | what it does |
/// |---|---|
/// | `GET /status`, `GET /log?since=N`, `GET /counts`, `GET /health` | tells |
/// | `POST /faults` `{"fault":NAME}` | breaks; with `"lease":ID` until that lease ends, with `"forMilliseconds":N` so long |
/// | `DELETE /faults/NAME` | heals one |
/// | `DELETE /faults` | heals all and ends the lease, whosever it is |
/// | `POST /lease` `{"holder":WHO}` | takes the node for a run, unless another has it |
/// | `POST /lease/ID`, `DELETE /lease/ID` | renews it, ends it |
final class ControlPlane: RequestExecutor {
    let connectionTimes: ConnectionTimes
    let eventLoop: any EventLoop
    let state: NodeState
    let faults: FaultController
    let log: ExecutionLog
    /// Who holds the node, and which faults end by themselves.
    var ledger = FaultLedger()
    let timer: LoopTimer
    private let nodeID: String
    private let listen: String
    private let access: ControlGuard

    init(
        _ configuration: NodeConfiguration, listen: String, state: NodeState, log: ExecutionLog,
        faults: FaultController, eventLoop: any EventLoop
    ) {
        self.nodeID = configuration.nodeID
        self.connectionTimes = configuration.connectionTimes
        self.listen = listen
        self.access = ControlGuard(name: configuration.control.host, token: configuration.controlToken)
        self.state = state
        self.log = log
        self.faults = faults
        self.eventLoop = eventLoop
        self.timer = LoopTimer(on: eventLoop)
        timer.onFire { [self] in timerFired() }
    }

    /// Ends it with the node.
    func stop() { timer.cancel() }

    var answerDelay: TimeAmount? { nil }
    func bodyLimit(of head: RequestHead) -> Int? { 65_536 }
    func writeStamp(for head: RequestHead?, to bytes: inout ByteBuffer) {
        bytes.writeField("X-Stickler-Node", nodeID)
        bytes.writeField("X-Stickler-Boot", state.bootID)
    }

    func execute(_ request: HTTPRequest) -> Execution {
        if let refusal = access.refusal(of: request) { return .respond(refusal) }
        if request.isBodyTooLarge { return .respond(.text(413, "expected at most 64 KiB\n")) }
        switch (request.head.method, request.path) {
        case (.GET, "/health"), (.HEAD, "/health"): return .respond(.text(200, "ok\n"))
        case (.GET, "/status"): return .respond(status())
        case (.GET, "/log"):
            guard let since = Int(request.query("since") ?? "0"), since >= 0 else {
                return .respond(.text(400, "expected /log?since=N with N a whole number from 0 on\n"))
            }
            return .respond(json(log.page(since: since)))
        case (.GET, "/counts"): return .respond(json(state.methodCounts.all))
        case (.POST, "/faults"): return apply(request)
        case (.DELETE, "/faults"): return healAll()
        case (.DELETE, let path) where path.hasPrefix("/faults/"): return heal(String(path.dropFirst(8)))
        case (.POST, "/lease"): return .respond(takeLease(request))
        case (.POST, let path) where path.hasPrefix("/lease/"): return .respond(renewLease(String(path.dropFirst(7))))
        case (.DELETE, let path) where path.hasPrefix("/lease/"): return endLease(String(path.dropFirst(7)))
        default:
            return .respond(
                .text(
                    404,
                    "expected GET /status, GET /log?since=N, GET /counts, GET /health, POST /faults, DELETE /faults, "
                        + "DELETE /faults/NAME, POST /lease, POST /lease/ID or DELETE /lease/ID\n"))
        }
    }

    // MARK: Faults

    private func apply(_ request: HTTPRequest) -> Execution {
        let wanted: FaultRequest
        do {
            wanted = try JSONDecoder().decode(FaultRequest.self, from: Data(request.body.readableBytesView))
        } catch {
            return .respond(.text(400, "expected {\"fault\":NAME}; \(Self.advice)\n"))
        }
        guard let fault = NodeFault(wanted.fault, milliseconds: wanted.milliseconds) else {
            return .respond(.text(400, "\(wanted.fault) is no fault as given; \(Self.advice)\n"))
        }
        var term = FaultLedger.Term.never
        if let lease = wanted.lease {
            guard ledger.lease?.id == lease else { return .respond(Self.leaseGone) }
            term = .lease
        } else if let milliseconds = wanted.forMilliseconds {
            guard (1...86_400_000).contains(milliseconds) else {
                return .respond(.text(400, "expected \"forMilliseconds\" from 1 to 86400000\n"))
            }
            term = .time(.now + .milliseconds(milliseconds))
        }
        // Noted first, so that a lease that ends meanwhile heals it right behind.
        ledger.note(fault.kind, ends: term)
        rearm()
        return answer(faults.apply(fault)) { plane, _ in plane.status() }
    }

    private func heal(_ name: String) -> Execution {
        guard let fault = FaultKind(rawValue: name) else {
            return .respond(.text(404, "\"\(name.prefix(64))\" is no fault; \(Self.advice)\n"))
        }
        ledger.forget(fault)
        return answer(faults.heal(fault)) { plane, wasInForce in
            wasInForce ? plane.status() : .text(404, "\(fault) is not in force; \(Self.advice)\n")
        }
    }

    private static let advice =
        "faults are \(FaultKind.allCases.map(\.rawValue).joined(separator: ", ")); slow takes \"milliseconds\" from 0 to 600000"

    // MARK: Answers

    func answer<Value: Sendable>(
        _ future: EventLoopFuture<Value>, _ response: @escaping (ControlPlane, Value) -> HTTPResponse
    ) -> Execution {
        .later(status: 200) { [self] reply in
            future.hop(to: eventLoop).assumeIsolated().whenComplete { result in
                switch result {
                case .success(let value): reply.complete(response(self, value))
                case .failure(let conflict as FaultConflict): reply.complete(.text(409, conflict.advice + "\n"))
                case .failure(let error): reply.complete(.text(500, "\(error)\n"))
                }
            }
        }
    }

    private func status() -> HTTPResponse {
        let faults = state.faults
        return json(
            NodeStatus(
                nodeID: nodeID, bootID: state.bootID, listen: listen,
                state: faults.contains(.kill)
                    ? .killed : faults.contains(where: \.kind.stopsLoop) ? .hung : .serving,
                faults: faults.map(\.kind),
                clock: .now, lease: leaseRecord, openFiles: OpenFileLimit.raise(), shortage: state.shortage))
    }

    func json(_ value: some Encodable, status: Int = 200) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        do { return .json(status, ByteBuffer(bytes: try encoder.encode(value))) } catch {
            return .text(500, "the answer can't be written as JSON: \(error)\n")
        }
    }
}
