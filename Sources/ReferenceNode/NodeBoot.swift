import Clocks
import DDP
import Foundation
import History
import NIOCore
import NIOHTTP1
import SockJS
import WebSocketCodec
import Wire

/// The data plane of one boot: sessions, connections and the execution of requests. Lives on the data loop only.
final class NodeBoot: RequestExecutor {
    private static let sessionLimit = 100_000
    private static let nameLimit = 256
    private static let sendLimit = 1 << 20
    /// Most large cookies that `/whoami` sets.
    private static let largeCookieLimit = 32
    /// Most milliseconds that `/whoami` waits.
    private static let longestDelay: Int64 = 600_000

    let nodeID: String
    let bootID: String
    let eventLoop: any EventLoop
    private let state: NodeState
    private let log: ExecutionLog
    private let services: [SockJSService]
    private let deflate: DeflateServerPolicy?
    private let app: Endpoint?
    let connectionTimes: ConnectionTimes
    private var sessions: [String: SessionDriver] = [:]
    private var channels: [ObjectIdentifier: any Channel] = [:]
    private var isTerminated = false
    /// The fields of every answer.
    private let stamp: ByteBuffer
    private var written = WrittenResponses()

    init(
        _ configuration: NodeConfiguration, bootID: String, eventLoop: any EventLoop, state: NodeState,
        log: ExecutionLog
    ) {
        self.nodeID = configuration.nodeID
        self.services = SockJSService.all(configuration)
        self.deflate = configuration.negotiatesDeflate ? DeflateServerPolicy() : nil
        self.app = configuration.app
        self.connectionTimes = configuration.connectionTimes
        self.bootID = bootID
        self.eventLoop = eventLoop
        self.state = state
        self.log = log
        var stamp = ByteBuffer()
        stamp.writeField("X-Stickler-Node", configuration.nodeID)
        stamp.writeField("X-Stickler-Boot", bootID)
        self.stamp = stamp
    }

    /// Serves a connection that was accepted.
    func adopt(_ channel: any Channel) throws {
        guard !isTerminated, !state.has(.closeConnections) else { return channel.close(promise: nil) }
        channels[ObjectIdentifier(channel)] = channel
        channel.closeFuture.assumeIsolated().whenComplete { [self] _ in channels[ObjectIdentifier(channel)] = nil }
        try RequestHandler.install(on: channel, executor: self)
    }

    /// Closes every connection at once and forgets everything.
    func terminate() -> EventLoopFuture<Void> {
        isTerminated = true
        for session in sessions.values { session.discard() }
        sessions = [:]
        return closeConnections()
    }

    /// Closes every connection at once.
    func closeConnections() -> EventLoopFuture<Void> {
        let closed = channels.values.map { channel in
            channel.close(promise: nil)
            return channel.closeFuture
        }
        return EventLoopFuture.andAllComplete(closed, on: eventLoop)
    }

    var methodCounts: MethodCounts { state.methodCounts }

    // MARK: Requests

    var answerDelay: TimeAmount? { state.slowness.map { .milliseconds(Int64($0)) } }

    func writeStamp(for head: RequestHead?, to bytes: inout ByteBuffer) {
        bytes.writeImmutableBuffer(stamp)
        if let request = head?.first("x-stickler-request") { bytes.writeField("X-Stickler-Request", request) }
    }

    func bodyLimit(of head: RequestHead) -> Int? {
        SockJSEndpoint.needsBody(head.target) ? Self.sendLimit : nil
    }

    func execute(_ request: HTTPRequest) -> Execution {
        let route = Route(request, services: services)
        if request.isUpgrade, let fault = upgradeFault(request) { return record(fault, request, route) }
        return record(run(request, route), request, route)
    }

    func relay(of request: HTTPRequest) -> AppRelay? {
        guard let app, !(request.isUpgrade && upgradeFault(request) != nil) else { return nil }
        switch Route(request, services: services) {
        case .page, .unknown: return AppRelay(request, to: app, boot: self)
        default: return nil
        }
    }

    /// Whether nothing is sent behind a 101.
    var isMute: Bool { state.has(.muteAfter101) }

    private func upgradeFault(_ request: HTTPRequest) -> Execution? {
        if state.has(.silentUpgrade) { return .silence }
        if state.has(.refuseUpgrade) {
            return .respond(.text(400, "this node takes no upgrade, neither to websocket nor to anything else\n"))
        }
        return nil
    }

    private func run(_ request: HTTPRequest, _ route: Route) -> Execution {
        let method = request.head.method
        let reads = method == .GET || method == .HEAD
        switch route {
        case .health:
            guard reads else { return .respond(.methodNotAllowed("GET, HEAD")) }
            return .respond(state.has(.unhealthy) ? .text(503, "unhealthy\n") : .text(200, "ok\n"))
        case .page:
            guard reads else { return .respond(.methodNotAllowed("GET, HEAD")) }
            return .respond(page())
        case .whoami:
            guard reads || method == .POST else { return .respond(.methodNotAllowed("GET, POST")) }
            return later(whoami(request), request)
        case .refuse(let status): return .respond(refusal(status))
        case .firstFrame: return firstFrame(request)
        case .rawWebSocket(let application): return upgrade(request, WebSocketHandler.Service(application: application))
        case .sockJS(let service, let target): return run(request, service, target)
        case .unknown: return .respond(.notFound)
        }
    }

    private func page() -> HTTPResponse {
        let text = """
            <!DOCTYPE html>
            <html><head><title>\(nodeID)</title></head><body><h1>Stickler node \(nodeID)</h1><p>boot \(bootID)</p></body></html>

            """
        return HTTPResponse(
            status: 200, fields: ["Content-Type": "text/html; charset=UTF-8"], body: ByteBuffer(string: text))
    }

    private func whoami(_ request: HTTPRequest) -> HTTPResponse {
        let document: JSONValue = [
            "nodeID": .string(nodeID), "bootID": .string(bootID),
            "requestID": request.requestID.map { .string($0) } ?? .null, "peer": .string(request.peer),
            "method": .string(request.head.method.rawValue), "target": .string(request.head.target),
            "headers": .array(request.head.allFields.map { [.string($0.name), .string($0.value)] }),
            "bodyBytes": JSONValue(request.bodyBytes),
        ]
        var response = HTTPResponse.json(200, ByteBuffer(string: document.text))
        if let location = request.query("location") {
            response.status = 302
            response.fields.append("Location", String(location))
        }
        // As many fields of 1000 bytes as are asked for, as apps have them that keep much in cookies.
        let count = min(request.query("cookies").flatMap { Int($0) } ?? 0, Self.largeCookieLimit)
        for number in 0..<max(0, count) {
            let pair = "stickler-large-\(number)="
            let value = String(repeating: "x", count: 992 - pair.utf8.count)
            response.fields.append("Set-Cookie", "\(pair)\(value); Path=/")
        }
        return response
    }

    /// The answer as many milliseconds late as the request asks for.
    private func later(_ response: HTTPResponse, _ request: HTTPRequest) -> Execution {
        guard let late = request.query("after").flatMap({ Int64($0) }), late > 0 else { return .respond(response) }
        return .later(status: response.status) { [self] reply in
            eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(min(late, Self.longestDelay))) {
                reply.complete(response)
            }
        }
    }

    private func refusal(_ status: Int) -> HTTPResponse {
        var fields: FieldLines = ["X-Refusal": "by-node"]
        if status == 426 { fields.append(["Sec-WebSocket-Version": "13", "Upgrade": "websocket"]) }
        return .text(status, "refused by \(nodeID) with \(status)\n", fields)
    }

    // MARK: SockJS

    private func run(_ request: HTTPRequest, _ service: SockJSService, _ target: String) -> Execution {
        if request.isBodyTooLarge { return .respond(.text(413, "expected at most \(Self.sendLimit) bytes\n")) }
        let now = date
        let answer = service.endpoint.answer(
            SockJSRequest(request, target: target), at: now, entropy: .random(in: 0...(.max)))
        switch answer {
        case nil: return .respond(.notFound)
        case .respond(let response): return .respond(HTTPResponse(response, at: now))
        case .deliver(let messages, let name, let known, let unknown):
            guard let session = sessions[name] else { return .respond(written.response(unknown, at: now)) }
            let response = written.response(known, at: now)
            guard session.isOccupied || messages.count > WorkBudget.steps else {
                return .respondAfter(response) { session.receive(messages) }
            }
            return .later(status: response.status) { reply in
                session.receive(messages) { reply.complete(response) }
            }
        case .receive(let name, let head, let encoding):
            return receive(service, name, written.response(head, at: now), encoding)
        case .webSocket(let name):
            guard (name ?? "").utf8.count <= Self.nameLimit else { return .respond(.notFound) }
            return upgrade(
                request,
                WebSocketHandler.Service(
                    application: service.application, sockJS: name == nil ? nil : service.options.timing, session: name)
            )
        }
    }

    private func receive(
        _ service: SockJSService, _ name: String, _ head: HTTPResponse, _ encoding: ReceiverEncoding
    ) -> Execution {
        guard name.utf8.count <= Self.nameLimit else { return .respond(.notFound) }
        guard sessions.count < Self.sessionLimit || sessions[name] != nil else {
            return .respond(.text(503, "expected at most \(Self.sessionLimit) sessions\n"))
        }
        return .stream(head) { [self] stream in
            if let session = sessions[name] { return session.attach(stream, encoding) }
            let session = SessionDriver(name: name, service: service, boot: self) { [self] in sessions[name] = nil }
            sessions[name] = session
            session.attach(stream, encoding)
        }
    }

    private var date: HTTPDate {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return HTTPDate(seconds: Int64(now.tv_sec))
    }

    // MARK: WebSocket

    private func firstFrame(_ request: HTTPRequest) -> Execution {
        guard let text = request.query("bytes"), let count = Int(text), (0...65_536).contains(count) else {
            return .respond(.text(400, "expected /first-frame?bytes=N with N from 0 to 65536\n"))
        }
        var frame = ByteBuffer()
        frame.reserveCapacity(count)
        let pattern = Array("abcdefghij".utf8)
        for index in 0..<count { frame.writeInteger(pattern[index % pattern.count]) }
        return upgrade(request, WebSocketHandler.Service(application: .echo, firstFrame: frame))
    }

    private func upgrade(_ request: HTTPRequest, _ service: WebSocketHandler.Service) -> Execution {
        guard request.head.method == .GET else { return .respond(.methodNotAllowed("GET")) }
        guard request.isUpgrade, request.connectionUpgrades else {
            return .respond(HTTPResponse(SockJSEndpoint.notAWebSocketRequest, at: date))
        }
        switch request.evaluateHandshake(deflate) {
        case .reject(let status, let headers, let body):
            return .respond(
                .text(
                    status, body + "\n",
                    FieldLines(headers.lazy.filter { $0.name != "Connection" }.map { ($0.name, $0.value) })))
        case .accept(let headers, let agreement):
            var service = service
            service.isMute = isMute
            let response = HTTPResponse(status: 101, fields: FieldLines(headers.lazy.map { ($0.name, $0.value) }))
            return .upgrade(response) { [self] head in WebSocketHandler(service, agreement, boot: self, head: head) }
        }
    }

    // MARK: Log

    private func record(_ execution: Execution, _ request: HTTPRequest, _ route: Route) -> Execution {
        if case .health = route, request.requestID == nil { return execution }
        let status =
            switch execution {
            case .respond(let response), .respondAfter(let response, _), .upgrade(let response, _),
                .stream(let response, _):
                response.status
            case .later(let status, _): status
            case .silence: 0
            }
        if !isTerminated { log.record(request, bootID: bootID, status: status) }
        return execution
    }

    /// The app answered so; 0 where its client did not wait for it.
    func recordRelayed(_ request: HTTPRequest, status: Int) {
        if !isTerminated { log.record(request, bootID: bootID, status: status) }
    }

    func recordOpened(session: String, transport: SessionTransport) {
        record(
            .sessionOpened(
                SessionOpened(session: session, epoch: 1, transport: transport, nodeID: nodeID, bootID: bootID)))
    }

    func recordClosed(session: String, code: Int, reason: String, byClient: Bool) {
        record(
            .sessionClosed(
                SessionClosed(session: session, epoch: 1, code: code, reason: reason, cause: byClient ? .client : .peer)
            ))
    }

    func recordMessage(_ bytes: [UInt8], session: String, at time: HistoryTime = .now) {
        if isTerminated { return }
        bytes.withUnsafeBytes { log.recordMessage($0, session: session, bootID: bootID, at: time) }
    }

    private func record(_ kind: HistoryEvent.Kind) {
        if !isTerminated { log.record(kind) }
    }
}
