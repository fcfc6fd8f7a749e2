import Clocks
import History
import NIOCore
import NIOHTTP1
import WebSocketCodec
package import Wire

extension VirtualClient {
    /// Sends a request with the client's cookies, follows `Set-Cookie`, and records both. Never throws: a failure is an
    /// observation.
    @discardableResult
    public func request(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: String? = nil,
        _ plan: RequestPlan
    ) async -> RequestOutcome {
        let deadline = MonotonicClock.now + plan.limit
        let (request, requestID) = prepare(method, path, headers: headers, body: body, plan.leg)
        let held = plan.connection.slot(of: self)?.live
        let connectionID = held?.id ?? nextConnectionID()
        recordSent(request, requestID, plan, connectionID)
        do throws(WireError) {
            let connection = try await connect(plan, held, connectionID, until: deadline)
            let response: ClientResponse
            do throws(WireError) {
                defer { plan.cutter?.release() }
                response = try await connection.send(request, within: max(.zero, deadline - .now))
            } catch {
                await connection.close()
                throw error
            }
            if plan.connection.slot(of: self) == nil { await connection.close() }
            return try received(response, requestID, request.target, plan.leg)
        } catch {
            return failed(error, requestID)
        }
    }

    private func connect(
        _ plan: RequestPlan, _ held: (id: String, connection: HTTPConnection)?, _ connectionID: String,
        until deadline: MonotonicClock.Instant
    ) async throws(WireError) -> HTTPConnection {
        let connection: HTTPConnection
        if let held {
            connection = held.connection
        } else {
            connection = try await HTTPConnection.open(factory(within: max(.zero, deadline - .now)), on: loop)
            plan.connection.slot(of: self)?.put(connectionID, connection)
        }
        await plan.cutter?.hold(connection)
        return connection
    }

    /// Sends an upgrade request on a connection of its own, which offers compression as browsers do. The WebSocket is nil
    /// when the answer was no valid 101.
    package func upgrade(
        _ path: String, headers: [(name: String, value: String)] = [], _ plan: RequestPlan
    ) async -> (outcome: RequestOutcome, webSocket: WebSocketChannel?) {
        let deadline = MonotonicClock.now + plan.limit
        let handshake = draw { _ in ClientHandshake(deflateOffers: [DeflateOffer()]) }
        let fields = handshake.requestHeaders.map { (name: $0.name, value: $0.value) }
        let (request, requestID) = prepare(
            "GET", path, headers: headers + fields, body: nil, plan.leg, isUpgrade: true)
        recordSent(request, requestID, plan, nextConnectionID())
        do throws(WireError) {
            let connection = try await HTTPConnection.open(
                factory(within: max(.zero, deadline - .now), forUpgrade: true), on: loop)
            do throws(WireError) {
                let (response, webSocket) = try await connection.upgrade(
                    request, handshake: handshake, within: max(.zero, deadline - .now))
                if webSocket == nil { await connection.close() }
                do throws(WireError) {
                    return (try received(response, requestID, request.target, plan.leg), webSocket)
                } catch {
                    await webSocket?.abort()
                    throw error
                }
            } catch {
                await connection.close()
                throw error
            }
        } catch {
            return (failed(error, requestID), nil)
        }
    }

    /// A request with all the fields that this client gives it, and its name in the history.
    func prepare(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: String?, _ leg: RequestLeg,
        isUpgrade: Bool = false
    ) -> (ClientRequest, String) {
        let profile = profile
        let requestID = nextRequestID()
        let place = target.place(of: path, mark: requestID)
        let path = place.target
        var fields: [(name: String, value: String)] = [
            ("Host", target.entrance(forUpgrade: isUpgrade).host), ("X-Stickler-Request", requestID),
        ]
        if let cookie = cookieField(for: path, of: requestID, leg, isUpgrade: isUpgrade) {
            fields.append(("Cookie", cookie))
        }
        if let origin = origin(of: leg, method, profile) { fields.append(("Origin", origin)) }
        if let route = place.route { fields.append((AppPaths.routeField, route)) }
        if profile.acceptsGzip { fields.append(("Accept-Encoding", "gzip")) }
        fields += headers
        fields += target.fields(beside: fields)
        if let body {
            fields.append(("Content-Length", String(body.utf8.count)))
        } else if method == "POST" {
            fields.append(("Content-Length", "0"))
        }
        let request = ClientRequest(
            method: method, target: path, headers: fields, body: body.map { ByteBuffer(string: $0) } ?? ByteBuffer())
        return (request, requestID)
    }

    private func origin(of leg: RequestLeg, _ method: String, _ profile: ClientProfile) -> String? {
        switch leg {
        case .page, .eventSource: profile.origin
        case .element: method == "POST" ? profile.origin : nil
        case .iframe: method == "POST" ? "http://\(target.host)" : nil
        }
    }

    /// Records a request that leaves.
    func recordSent(_ request: ClientRequest, _ requestID: String, _ plan: RequestPlan, _ connection: String) {
        record(
            .requestSent(
                RequestSent(
                    requestID: requestID, session: plan.session, connection: connection, method: request.method,
                    target: request.target, label: plan.label,
                    cookie: request.headers.first { $0.name == "Cookie" }?.value,
                    host: request.headers.first { $0.name == "Host" }?.value ?? self.target.host,
                    source: source)))
    }

    private func received(
        _ response: ClientResponse, _ requestID: String, _ requestPath: String, _ leg: RequestLeg
    ) throws(WireError) -> RequestOutcome {
        let seen = ResponseReceived(
            requestID: requestID, status: response.status, fields: response.headers,
            body: PayloadDigest.excerpt(of: response.body.readableBytesView), bodyBytes: response.body.readableBytes)
        try recordAnswer(
            seen, cookies: response.values(of: "set-cookie"), requestPath: requestPath, leg, at: .now)
        return .response(seen, body: String(buffer: response.body))
    }

    /// Keeps the cookies of an answer and records it; it throws when there is no room for it.
    func recordAnswer(
        _ seen: ResponseReceived, cookies: [String], requestPath: String, _ leg: RequestLeg,
        at now: MonotonicClock.Instant
    ) throws(WireError) {
        storeCookies(cookies, of: seen.requestID, requestPath: requestPath, leg)
        guard recorder.hasRoom(for: .responseReceived(seen)) else {
            throw .tooMuch(
                "the answers recorded in this run have filled the \(RecordBudget.bytes >> 20) MiB there are for them")
        }
        record(.responseReceived(seen), at: now)
    }

    private func failed(_ error: WireError, _ requestID: String) -> RequestOutcome {
        failed(error, requestID, at: .now)
    }

    /// Records that a request failed.
    func failed(_ error: WireError, _ requestID: String, at now: MonotonicClock.Instant) -> RequestOutcome {
        let failed = RequestFailed(requestID: requestID, failure: RequestFailure(error), detail: "\(error)")
        record(.requestFailed(failed), at: now)
        return .failed(failed)
    }
}

extension ResponseReceived {
    /// An answer with these fields, as far as a history keeps them.
    init(
        requestID: String, status: Int, fields: [(name: String, value: String)], body: String, bodyBytes: Int
    ) {
        func first(_ name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }
        self.init(
            requestID: requestID, status: status, nodeID: first("x-stickler-node"), bootID: first("x-stickler-boot"),
            headers: fields.prefix(64).map { [$0.name.lowercased(), String($0.value.prefix(1024))] }, body: body,
            bodyBytes: bodyBytes)
    }
}

extension RequestFailure {
    init(_ error: WireError) {
        self =
            switch error {
            case .connectFailed: .connectFailed
            case .exhausted: .exhausted
            case .closed, .cancelled: .closedEarly
            case .timedOut: .timedOut
            // Histories know no kind of its own; the text says it.
            case .malformed, .tooMuch: .malformed
            }
    }
}
