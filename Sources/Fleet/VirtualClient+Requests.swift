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
        let deadline = ContinuousClock.now + plan.limit
        let (request, requestID) = prepare(method, path, headers: headers, body: body, plan.leg)
        let held = plan.connection.slot(of: self)?.live
        let connectionID = held?.id ?? nextConnectionID()
        recordSent(request, requestID, plan, connectionID)
        await hold(profile.requestDelay)
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
            await hold(profile.answerDelay)
            return try received(response, requestID, request.target, plan.leg)
        } catch {
            return failed(error, requestID)
        }
    }

    /// How a request for a stream was met.
    enum StreamOutcome: Sendable {
        /// With 200 and a body to be read.
        case opened(OpenedStream)
        /// With another status, or not at all.
        case refused(RequestOutcome)
    }

    /// Sends a request whose answer is read while it arrives; its head is recorded as the answer.
    func stream(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], _ plan: RequestPlan
    ) async -> StreamOutcome {
        let deadline = ContinuousClock.now + plan.limit
        let (request, requestID) = prepare(method, path, headers: headers, body: nil, plan.leg)
        let held = plan.connection.slot(of: self)?.live
        let connectionID = held?.id ?? nextConnectionID()
        recordSent(request, requestID, plan, connectionID)
        await hold(profile.requestDelay)
        do throws(WireError) {
            let connection = try await connect(plan, held, connectionID, until: deadline)
            do throws(WireError) {
                let stream = try await connection.stream(request, within: max(.zero, deadline - .now))
                await hold(profile.answerDelay)
                var head = ClientResponse(
                    status: stream.status, headers: stream.headers, body: .init(), keepsAlive: true)
                guard stream.status == 200 else {
                    head.body = try await Self.refusal(stream, until: deadline)
                    await connection.close()
                    return .refused(try received(head, requestID, request.target, plan.leg))
                }
                guard case .response(let response, _) = try received(head, requestID, request.target, plan.leg) else {
                    throw .malformed("no head")
                }
                return .opened(
                    OpenedStream(
                        requestID: requestID, response: response, stream: stream,
                        endsConnection: plan.connection.slot(of: self) == nil))
            } catch {
                await connection.close()
                throw error
            }
        } catch {
            return .refused(failed(error, requestID))
        }
    }

    /// Records that a stream broke off.
    func brokeOff(_ opened: OpenedStream, _ error: WireError) { _ = failed(error, opened.requestID) }

    /// What a refusal says, as far as it is of interest.
    private static func refusal(
        _ stream: ResponseStream, until deadline: ContinuousClock.Instant
    ) async throws(WireError) -> ByteBuffer {
        var body = ByteBuffer()
        while body.readableBytes < 65_536,
            case .bytes(var bytes, _) = try await stream.next(within: max(.zero, deadline - .now))
        {
            body.writeBuffer(&bytes)
        }
        return body
    }

    private func connect(
        _ plan: RequestPlan, _ held: (id: String, connection: HTTPConnection)?, _ connectionID: String,
        until deadline: ContinuousClock.Instant
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

    /// Holds what is on its way, as a long line does.
    func hold(_ delay: Duration) async {
        guard delay > .zero else { return }
        // A cancelled client does not wait for its line.
        try? await ContinuousClock().sleep(for: delay)
    }

    /// Sends an upgrade request on a connection of its own, which offers compression as browsers do. The WebSocket is nil
    /// when the answer was no valid 101.
    package func upgrade(
        _ path: String, headers: [(name: String, value: String)] = [], _ plan: RequestPlan
    ) async -> (outcome: RequestOutcome, webSocket: WebSocketChannel?) {
        let deadline = ContinuousClock.now + plan.limit
        let handshake = draw { _ in ClientHandshake(deflateOffers: [DeflateOffer()]) }
        let fields = handshake.requestHeaders.map { (name: $0.name, value: $0.value) }
        let (request, requestID) = prepare("GET", path, headers: headers + fields, body: nil, plan.leg)
        recordSent(request, requestID, plan, nextConnectionID())
        await hold(profile.requestDelay)
        do throws(WireError) {
            let connection = try await HTTPConnection.open(factory(within: max(.zero, deadline - .now)), on: loop)
            do throws(WireError) {
                let (response, webSocket) = try await connection.upgrade(
                    request, handshake: handshake, within: max(.zero, deadline - .now))
                if webSocket == nil { await connection.close() }
                await hold(profile.answerDelay)
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

    private func prepare(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: String?, _ leg: RequestLeg
    ) -> (ClientRequest, String) {
        let profile = profile
        let requestID = nextRequestID()
        let place = target.place(of: path, mark: requestID)
        let path = place.target
        var fields: [(name: String, value: String)] = [("Host", target.host), ("X-Stickler-Request", requestID)]
        if let cookie = cookieField(for: path, of: requestID, leg) { fields.append(("Cookie", cookie)) }
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

    private func recordSent(_ request: ClientRequest, _ requestID: String, _ plan: RequestPlan, _ connection: String) {
        record(
            .requestSent(
                RequestSent(
                    requestID: requestID, session: plan.session, connection: connection, method: request.method,
                    target: request.target, label: plan.label,
                    cookie: request.headers.first { $0.name == "Cookie" }?.value, host: self.target.host,
                    source: source)))
    }

    private func received(
        _ response: ClientResponse, _ requestID: String, _ requestPath: String, _ leg: RequestLeg
    ) throws(WireError) -> RequestOutcome {
        storeCookies(response.values(of: "set-cookie"), of: requestID, requestPath: requestPath, leg)
        let seen = ResponseReceived(
            requestID: requestID, status: response.status, nodeID: response.values(of: "x-stickler-node").first,
            bootID: response.values(of: "x-stickler-boot").first,
            headers: response.headers.prefix(64).map { [$0.name.lowercased(), String($0.value.prefix(1024))] },
            body: PayloadDigest.excerpt(of: response.body.readableBytesView), bodyBytes: response.body.readableBytes)
        guard recorder.hasRoom(for: .responseReceived(seen)) else {
            throw .tooMuch(
                "the answers recorded in this run have filled the \(RecordBudget.bytes >> 20) MiB there are for them")
        }
        record(.responseReceived(seen))
        return .response(seen, body: String(buffer: response.body))
    }

    private func failed(_ error: WireError, _ requestID: String) -> RequestOutcome {
        let failed = RequestFailed(requestID: requestID, failure: RequestFailure(error), detail: "\(error)")
        record(.requestFailed(failed))
        return .failed(failed)
    }
}

/// A stream whose head has come.
struct OpenedStream: Sendable {
    let requestID: String
    let response: ResponseReceived
    let stream: ResponseStream
    /// Whether its connection is for it alone.
    let endsConnection: Bool
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
