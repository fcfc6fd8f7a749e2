import Clocks
package import History
package import Wire

/// A request as it is to stand on the wire: what a client of ours would refuse to write, or would write otherwise.
package struct LiteralRequest: Sendable {
    /// The method.
    package var method: String
    /// The path of a node that is asked for; on the wire stands a path of the app.
    package var path: String
    /// Lines of the head behind those by which it is known, each without its end.
    package var lines: [String]
    /// What ends each line of the head.
    package var lineEnd: String
    /// All that stands behind the head.
    package var body: String

    /// A request with these lines and this body, whatever its lines say of it.
    package init(
        _ method: String, _ path: String, lines: [String], lineEnd: String = "\r\n", body: String = ""
    ) {
        self.method = method
        self.path = path
        self.lines = lines
        self.lineEnd = lineEnd
        self.body = body
    }

    /// As a client writes it; its target bears the mark where the path is not the app's own.
    ///
    /// - Parameter requestID: its name in the history; nil for one that is not to be known as a request.
    package func text(from client: VirtualClient, mark: String, requestID: String? = nil) -> String {
        let place = client.target.place(of: path, mark: mark)
        var head = ["\(method) \(place.target) HTTP/1.1", "Host: \(client.target.host)"]
        if let requestID { head.append("X-Stickler-Request: \(requestID)") }
        if let route = place.route { head.append("\(AppPaths.routeField): \(route)") }
        head += client.target.siteFields.map { "\($0.name): \($0.value)" }
        return (head + lines + ["", ""]).joined(separator: lineEnd) + body
    }
}

/// A connection on which requests go out in the very bytes in which they are written, one after the other.
package final class LiteralConnection: Sendable {
    private let client: VirtualClient
    private let connection: RawConnection
    private let id: String

    private init(_ client: VirtualClient, _ connection: RawConnection, _ id: String) {
        self.client = client
        self.connection = connection
        self.id = id
    }

    /// Connects.
    package static func open(
        _ client: VirtualClient, within limit: Duration = .seconds(5)
    ) async throws(WireError) -> LiteralConnection {
        LiteralConnection(
            client, try await RawConnection.open(client.factory(within: limit), on: client.loop),
            client.nextConnectionID())
    }

    /// How a request goes out.
    package struct Pace: Sendable {
        /// In so many pieces of about one length.
        package var pieces: Int
        /// After each but the last.
        package var pause: Duration

        /// In pieces, with pauses between them.
        package init(pieces: Int, pause: Duration) {
            self.pieces = max(pieces, 1)
            self.pause = pause
        }

        /// All at once.
        package static let atOnce = Pace(pieces: 1, pause: .zero)
    }

    /// Sends a request and reads its answer, and records both. Nil where no answer came.
    @discardableResult
    package func exchange(
        _ request: LiteralRequest, label: RequestLabel, pace: Pace = .atOnce, within limit: Duration = .seconds(5)
    ) async -> ResponseReceived? {
        let requestID = client.nextRequestID()
        client.record(
            .requestSent(
                RequestSent(
                    requestID: requestID, connection: id, method: request.method,
                    target: client.target.place(of: request.path, mark: requestID).target, label: label,
                    host: client.target.host, source: client.source)))
        await send(Array(request.text(from: client, mark: requestID, requestID: requestID).utf8), pace)
        do throws(WireError) {
            let answer = try await LiteralResponseHead.whole(on: connection, within: limit)
            let response = answer.received(requestID)
            client.record(.responseReceived(response))
            return response
        } catch {
            client.record(
                .requestFailed(
                    RequestFailed(requestID: requestID, failure: RequestFailure(error), detail: "\(error)")))
            return nil
        }
    }

    private func send(_ text: [UInt8], _ pace: Pace) async {
        let length = max(1, (text.count + pace.pieces - 1) / pace.pieces)
        for start in stride(from: 0, to: text.count, by: length) {
            if start > 0, (try? await client.pause(pace.pause)) == nil { return }
            connection.send(Array(text[start..<min(start + length, text.count)]))
        }
    }

    /// Closes it.
    package func close() async { await connection.close() }
}
