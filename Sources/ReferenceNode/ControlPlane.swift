import Foundation
import History
import NIOCore
import Wire

/// The control plane: faults, status and log over HTTP and JSON. Lives on the control loop only.
final class ControlPlane: RequestExecutor {
    private struct Status: Encodable {
        var nodeID: String
        var bootID: String
        var listen: String
        var state: String
        var faults: [String]
        var clock: HistoryTime
    }

    private struct FaultRequest: Decodable {
        var fault: String
        var milliseconds: Int?
    }

    private let nodeID: String
    private let listen: String
    private let state: NodeState
    private let log: ExecutionLog
    private let faults: FaultController
    private let eventLoop: any EventLoop

    init(
        nodeID: String, listen: String, state: NodeState, log: ExecutionLog, faults: FaultController,
        eventLoop: any EventLoop
    ) {
        self.nodeID = nodeID
        self.listen = listen
        self.state = state
        self.log = log
        self.faults = faults
        self.eventLoop = eventLoop
    }

    var answerDelay: TimeAmount? { nil }
    func bodyLimit(of head: RequestHead) -> Int? { 65_536 }
    func writeStamp(for head: RequestHead?, to bytes: inout ByteBuffer) {
        bytes.writeField("X-Stickler-Node", nodeID)
        bytes.writeField("X-Stickler-Boot", state.bootID)
    }

    func execute(_ request: HTTPRequest) -> Execution {
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
        case (.DELETE, let path) where path.hasPrefix("/faults/"): return heal(String(path.dropFirst(8)))
        default:
            return .respond(
                .text(
                    404,
                    "expected GET /status, GET /log?since=N, GET /counts, POST /faults, DELETE /faults/NAME or GET /health\n"
                )
            )
        }
    }

    private func apply(_ request: HTTPRequest) -> Execution {
        let wanted: FaultRequest
        do {
            wanted = try JSONDecoder().decode(FaultRequest.self, from: Data(request.body.readableBytesView))
        } catch {
            return .respond(.text(400, "expected {\"fault\":NAME}; \(Self.advice)\n"))
        }
        guard let fault = NodeFault(name: wanted.fault, milliseconds: wanted.milliseconds) else {
            return .respond(.text(400, "\"\(wanted.fault.prefix(64))\" is no fault as given; \(Self.advice)\n"))
        }
        return answer(faults.apply(fault)) { plane, _ in plane.status() }
    }

    private func heal(_ name: String) -> Execution {
        answer(faults.heal(name)) { plane, wasInForce in
            wasInForce ? plane.status() : .text(404, "\"\(name.prefix(64))\" is not in force; \(Self.advice)\n")
        }
    }

    private static let advice =
        "faults are \(NodeFault.names.joined(separator: ", ")); slow takes \"milliseconds\" from 0 to 600000"

    private func answer<Value: Sendable>(
        _ future: EventLoopFuture<Value>, _ response: @escaping (ControlPlane, Value) -> HTTPResponse
    ) -> Execution {
        .later { [self] reply in
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
        let name = faults.contains(.kill) ? "killed" : faults.contains(.hang) ? "hung" : "serving"
        return json(
            Status(
                nodeID: nodeID, bootID: state.bootID, listen: listen, state: name, faults: faults.map(\.name),
                clock: .now))
    }

    private func json(_ value: some Encodable) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        do { return .json(200, ByteBuffer(bytes: try encoder.encode(value))) } catch {
            return .text(500, "the answer can't be written as JSON: \(error)\n")
        }
    }
}
