import History
import NIOCore
import NIOHTTP1
import WebSocketCodec
import Wire

/// Which TCP connection a request takes.
public enum ConnectionUse: Sendable {
    /// A new one, closed after the answer.
    case fresh
    /// The client's own kept one, opened when there is none.
    case kept
    /// The one in this slot, opened when there is none.
    case shared(ConnectionSlot)
}

/// What a request is for and how long it may take, beside what it says.
public struct RequestPlan: Sendable {
    /// Name that checkers select by.
    public var label: String
    /// Session it belongs to, if any.
    public var session: String?
    /// Connection it takes.
    public var connection: ConnectionUse
    /// Longest wait for the whole answer, connecting included.
    public var limit: Duration

    /// A plan.
    public init(
        label: String, session: String? = nil, connection: ConnectionUse = .fresh, limit: Duration = .seconds(5)
    ) {
        self.label = label
        self.session = session
        self.connection = connection
        self.limit = limit
    }
}

/// How a request ended.
public enum RequestOutcome: Sendable {
    /// With this answer.
    case response(ResponseReceived, body: String)
    /// Without one.
    case failed(RequestFailed)

    /// The status, if there was an answer.
    public var status: Int? {
        if case .response(let response, _) = self { return response.status }
        return nil
    }

    /// The node that says it answered.
    public var nodeID: String? {
        if case .response(let response, _) = self { return response.nodeID }
        return nil
    }

    /// The body, if there was an answer.
    public var body: String? {
        if case .response(_, let body) = self { return body }
        return nil
    }
}

extension VirtualClient {
    /// Sends a request with the client's cookies, follows `Set-Cookie`, and records both. Never throws: a failure is an
    /// observation.
    @discardableResult
    public func request(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: String? = nil,
        _ plan: RequestPlan
    ) async -> RequestOutcome {
        let deadline = ContinuousClock.now + plan.limit
        let (request, requestID) = prepare(method, path, headers: headers, body: body)
        let slot: ConnectionSlot? =
            switch plan.connection {
            case .fresh: nil
            case .kept: keptConnection
            case .shared(let slot): slot
            }
        let held = slot?.live
        let connectionID = held?.id ?? nextConnectionID()
        recordSent(request, requestID, plan, connectionID)
        do throws(WireError) {
            let connection: HTTPConnection
            if let held {
                connection = held.connection
            } else {
                connection = try await HTTPConnection.open(dialer(within: plan.limit), on: loop)
                slot?.put(connectionID, connection)
            }
            let response: ClientResponse
            do throws(WireError) {
                response = try await connection.send(request, within: max(.zero, deadline - .now))
            } catch {
                await connection.close()
                throw error
            }
            if slot == nil { await connection.close() }
            return received(response, requestID, request.target)
        } catch {
            return failed(error, requestID)
        }
    }

    /// Sends an upgrade request on a connection of its own. The WebSocket is nil when the answer was no valid 101.
    public func upgrade(
        _ path: String, headers: [(name: String, value: String)] = [], _ plan: RequestPlan
    ) async -> (outcome: RequestOutcome, webSocket: WebSocketChannel?) {
        let deadline = ContinuousClock.now + plan.limit
        let handshake = draw { _ in ClientHandshake() }
        let fields = handshake.requestHeaders.map { (name: $0.name, value: $0.value) }
        let (request, requestID) = prepare("GET", path, headers: headers + fields, body: nil)
        recordSent(request, requestID, plan, nextConnectionID())
        do throws(WireError) {
            let connection = try await HTTPConnection.open(dialer(within: plan.limit), on: loop)
            do throws(WireError) {
                let (response, webSocket) = try await connection.upgrade(
                    request, handshake: handshake, within: max(.zero, deadline - .now))
                if webSocket == nil { await connection.close() }
                return (received(response, requestID, request.target), webSocket)
            } catch {
                await connection.close()
                throw error
            }
        } catch {
            return (failed(error, requestID), nil)
        }
    }

    private func prepare(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: String?
    ) -> (ClientRequest, String) {
        let requestID = nextRequestID()
        let path = target.pathPrefix + path
        var fields: [(name: String, value: String)] = [("Host", target.host), ("X-Stickler-Request", requestID)]
        if let cookie = cookieField(for: path) { fields.append(("Cookie", cookie)) }
        fields += headers
        if let body {
            fields.append(("Content-Length", String(body.utf8.count)))
        } else if method == "POST" {
            fields.append(("Content-Length", "0"))
        }
        let request = ClientRequest(
            method: method, target: path, headers: fields, body: body.map { ByteBuffer(string: $0) } ?? ByteBuffer())
        return (request, requestID)
    }

    private func recordSent(_ request: ClientRequest, _ requestID: String, _ plan: RequestPlan, _ connection: String) {
        record(
            .requestSent(
                RequestSent(
                    requestID: requestID, session: plan.session, connection: connection, method: request.method,
                    target: request.target, label: plan.label,
                    cookie: request.headers.first { $0.name == "Cookie" }?.value)))
    }

    private func received(_ response: ClientResponse, _ requestID: String, _ requestPath: String) -> RequestOutcome {
        storeCookies(response, requestPath: requestPath)
        let seen = ResponseReceived(
            requestID: requestID, status: response.status, nodeID: response.values(of: "x-stickler-node").first,
            bootID: response.values(of: "x-stickler-boot").first,
            headers: response.headers.prefix(64).map { [$0.name.lowercased(), String($0.value.prefix(1024))] },
            body: PayloadDigest.excerpt(of: response.body.readableBytesView), bodyBytes: response.body.readableBytes)
        record(.responseReceived(seen))
        return .response(seen, body: String(buffer: response.body))
    }

    private func failed(_ error: WireError, _ requestID: String) -> RequestOutcome {
        let failed = RequestFailed(requestID: requestID, failure: RequestFailure(error), detail: "\(error)")
        record(.requestFailed(failed))
        return .failed(failed)
    }
}

extension RequestFailure {
    init(_ error: WireError) {
        self =
            switch error {
            case .connectFailed: .connectFailed
            case .closed, .cancelled: .closedEarly
            case .timedOut: .timedOut
            case .malformed: .malformed
            }
    }
}
