import Clocks
import Foundation
package import History
package import NIOCore
package import ReferenceNode
package import Wire

/// The handle of a node, in this process or on another host: its control plane.
public final class NodeRemote: Sendable {
    /// Control address.
    package let control: Endpoint
    /// Its stable id.
    public let nodeID: String
    /// Address its clients and balancers connect to; the host of `control` where the node listens on all of its own.
    package let listen: Endpoint
    private let token: ControlToken?
    private let loop: any EventLoop
    /// The lease that our faults end with.
    let lease = LeaseState()

    private init(control: Endpoint, nodeID: String, listen: Endpoint, token: ControlToken?, loop: any EventLoop) {
        self.control = control
        self.nodeID = nodeID
        self.listen = listen
        self.token = token
        self.loop = loop
    }

    /// Makes the acquaintance of the node at this control address.
    ///
    /// - Parameter token: what the node was started with; nil for none.
    package static func attach(
        _ control: Endpoint, token: ControlToken? = nil, on loop: any EventLoop
    ) async throws(LabError) -> NodeRemote {
        let unknown = NodeRemote(control: control, nodeID: "?", listen: control, token: token, loop: loop)
        let status = try await unknown.status()
        do {
            var listen = try Endpoint(parsing: status.listen)
            if ["0.0.0.0", "::"].contains(listen.host) { listen.host = control.host }
            return NodeRemote(control: control, nodeID: status.nodeID, listen: listen, token: token, loop: loop)
        } catch {
            throw .nodeUnreachable(address: control.description, reason: "its status names no address: \(error)")
        }
    }

    /// Asks how it is.
    ///
    /// - Parameter limit: as long as it may take.
    package func status(within limit: Duration = answerLimit) async throws(LabError) -> NodeStatus {
        try decode(NodeStatus.self, try await call("GET", "/status", within: limit))
    }

    /// As long as the control plane of a living node takes at most, on a busy machine too.
    public static let answerLimit = Duration.seconds(10)

    /// What the node last had no descriptor for; nil while there always was one.
    package func shortage() async throws(LabError) -> String? { try await status().shortage }

    /// How many files the node's process may have open; nil for a node of an older version, which does not say.
    package func openFiles() async throws(LabError) -> Int? { try await status().openFiles }

    /// Refuses a node that stands where its balancer should.
    func checkIsBehind(_ front: Endpoint) throws(LabError) {
        if front == control {
            throw .nodesUnfit(
                "\(front) is the control address of node \(nodeID), not a balancer's; give --url the address that clients "
                    + "of the balancer use")
        }
        if front == listen {
            throw .nodesUnfit(
                "\(front) is where node \(nodeID) itself listens, with no balancer in between; give --url the address that "
                    + "clients of the balancer use")
        }
    }

    /// Refuses a node that is broken before we broke it.
    func checkUnbroken(_ status: NodeStatus) throws(LabError) {
        guard let fault = status.faults.first else { return }
        throw .nodesUnfit(
            "node \(nodeID) is under the fault \(fault), which no run of ours will heal; heal it with: "
                + healCommand)
    }

    /// The command that makes it whole again.
    var healCommand: String {
        "stickler heal --node \(control)" + (token == nil ? "" : " --token-file FILE")
    }

    /// Puts it into a fault; returns once the fault is in force. If there is a lease, the fault ends with it.
    package func inject(_ fault: NodeFault) async throws(LabError) {
        let body = try encode(FaultRequest(fault, lease: try lease.id(of: self)))
        let response = try await callToTheEnd("POST", "/faults", body: body)
        guard response.status == 200 else {
            throw .faultRefused(node: nodeID, fault: fault.kind.rawValue, reason: PeerWords.quoted(response.body))
        }
    }

    /// Ends a fault; returns once the node is as it was.
    package func heal(_ fault: NodeFault) async throws(LabError) {
        let response = try await callToTheEnd("DELETE", "/faults/\(fault.kind)")
        guard response.status == 200 else {
            throw .faultRefused(
                node: nodeID, fault: "healing of \(fault.kind)", reason: PeerWords.quoted(response.body))
        }
    }

    /// Ends every fault and every lease, whosever they are.
    ///
    /// - Returns: those that were in force.
    package func healAll() async throws(LabError) -> [FaultKind] {
        try decode(HealedFaults.self, try await call("DELETE", "/faults")).healed
    }

    /// Index at which the next event of the log will stand.
    package func logEnd() async throws(LabError) -> Int {
        // Beyond the end of every log, so that nothing of it is sent.
        try decode(LogPage.self, try await call("GET", "/log?since=\(Int64.max)")).next
    }

    /// The log from this index on, with times moved onto our clock, and the index to go on from.
    package func log(since index: Int) async throws(LabError) -> (events: [HistoryEvent], next: Int) {
        // What was recorded while another run could break the node proves nothing.
        _ = try lease.id(of: self)
        var events: [HistoryEvent] = []
        var next = index
        while true {
            let asked = HistoryTime.now
            let page = try decode(LogPage.self, try await call("GET", "/log?since=\(next)"))
            let ahead = Self.clockLead(page.clock, asked: asked, answered: .now)
            for event in page.events {
                // Nobody but the clients themselves says what they saw.
                guard event.actor == .node(nodeID) else {
                    throw .nodeUnreachable(
                        address: control.description,
                        reason: "the log of \(nodeID) holds an event of \(event.actor); start each node with its own id"
                    )
                }
                var event = event
                event.time = event.time + (.zero - ahead)
                events.append(event)
            }
            guard events.count <= HistoryRecorder.capacity else {
                throw .nodeUnreachable(
                    address: control.description,
                    reason: "its log holds more than \(HistoryRecorder.capacity) events; restart it")
            }
            guard page.next > next else { return (events, next) }
            next = page.next
            guard page.events.count >= LogPage.limit else { return (events, next) }
        }
    }

    /// How far the node's clock is ahead of ours. Within the round trip it may be the same clock, as on one machine, and
    /// then it is left alone.
    static func clockLead(_ clock: HistoryTime, asked: HistoryTime, answered: HistoryTime) -> Duration {
        if clock >= asked, clock <= answered { return .zero }
        return clock - (asked + (answered - asked) / 2)
    }

    /// A call that an interruption of the run does not cut off: what becomes of a fault must be known.
    func callToTheEnd(
        _ method: String, _ target: String, body: String? = nil
    ) async throws(LabError) -> ClientResponse {
        let outcome = await Task { () async -> Result<ClientResponse, LabError> in
            do throws(LabError) {
                return .success(try await call(method, target, body: body))
            } catch {
                return .failure(error)
            }
        }.value
        return try outcome.get()
    }

    func call(
        _ method: String, _ target: String, body: String? = nil, within limit: Duration = answerLimit
    ) async throws(LabError) -> ClientResponse {
        var headers = [("Host", control.description), ("Connection", "close")]
        if let token { headers.append(("Authorization", token.authorization)) }
        if let body {
            headers += [("Content-Type", "application/json"), ("Content-Length", String(body.utf8.count))]
        }
        let request = ClientRequest(
            method: method, target: target, headers: headers, body: body.map { ByteBuffer(string: $0) } ?? ByteBuffer())
        let response: ClientResponse
        do throws(WireError) {
            let connection = try await HTTPConnection.open(
                ConnectionFactory(target: control, limit: min(limit, .seconds(5))), on: loop)
            do throws(WireError) {
                response = try await connection.send(request, within: limit)
                await connection.close()
            } catch {
                await connection.close()
                throw error
            }
        } catch {
            throw .nodeUnreachable(address: control.description, reason: "\(error)")
        }
        // Another server may ask for credentials too, but only a node would say who it is.
        guard response.status != 401 || response.values(of: "x-stickler-node").isEmpty else {
            throw .tokenRefused(address: control.description, wasGiven: token != nil)
        }
        return response
    }

    func encode(_ value: some Encodable) throws(LabError) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
        } catch {
            throw .nodeUnreachable(address: control.description, reason: "what is asked can't be written: \(error)")
        }
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ response: ClientResponse) throws(LabError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(response.body.readableBytesView))
        } catch {
            if let id = response.values(of: "x-stickler-node").first {
                throw .nodesUnfit(
                    "\(control) is where clients of node \(PeerWords.plain(id)) connect, not its control address; give "
                        + "--node the one that `stickler node` printed as \"control\"")
            }
            throw .nodeUnreachable(
                address: control.description,
                reason: "the answer \(response.status) is not a stickler node's: \(PeerWords.quoted(response.body))")
        }
    }
}
