import Clocks
package import History
import NIOCore
package import Wire

/// A WebSocket client written down byte by byte, which shares no code with our codec, so that a misreading common to
/// our client and our node can't cancel out. It knows just what a balancer must not change.
package final class LiteralWebSocketPeer: Sendable {
    /// The key of RFC 6455 §1.3 …
    package static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    /// … and the accept value printed there.
    package static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    /// The masking key of RFC 6455 §5.7.
    package static let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

    /// A frame as it stood on the wire.
    package struct Frame: Sendable, Hashable {
        /// The whole first byte: FIN, RSV and opcode.
        package var first: UInt8
        /// The payload; frames to a client bear no mask.
        package var payload: [UInt8]
        /// Opcode of the frame.
        package var opcode: UInt8 { first & 0x0f }
        /// Whether it is the last of its message.
        package var isFinal: Bool { first & 0x80 != 0 }

        /// A frame of these bytes.
        package init(first: UInt8, payload: [UInt8]) {
            self.first = first
            self.payload = payload
        }
    }

    /// The answer to the upgrade request.
    package let response: ResponseReceived
    /// Name of the session in the history.
    package let session: String
    private let client: VirtualClient
    private let connection: RawConnection

    private init(response: ResponseReceived, session: String, client: VirtualClient, connection: RawConnection) {
        self.response = response
        self.session = session
        self.client = client
        self.connection = connection
    }

    /// Sends an upgrade request in these very bytes and reads the head of the answer, whatever its status.
    ///
    /// - Parameter connectionHeader: the value of `Connection`, such as Firefox's `keep-alive, Upgrade`.
    package static func open(
        _ client: VirtualClient, target: String, session: String, label: RequestLabel = .upgrade,
        connectionHeader: String = "Upgrade", extraHeaders: [(name: String, value: String)] = [],
        within limit: Duration = .seconds(5)
    ) async throws(WireError) -> LiteralWebSocketPeer {
        let requestID = client.nextRequestID()
        let place = client.target.place(of: target, mark: requestID)
        let target = place.target
        let host = client.target.entrance(forUpgrade: true).host
        var head = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\n"
        head += "Connection: \(connectionHeader)\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n"
        head += "X-Stickler-Request: \(requestID)\r\n"
        let cookie = client.cookieField(for: target, of: requestID, .page, isUpgrade: true)
        if let cookie { head += "Cookie: \(cookie)\r\n" }
        if let route = place.route { head += "\(AppPaths.routeField): \(route)\r\n" }
        for (name, value) in extraHeaders + client.target.fields(beside: extraHeaders) {
            head += "\(name): \(value)\r\n"
        }
        head += "\r\n"
        client.record(
            .requestSent(
                RequestSent(
                    requestID: requestID, session: session, connection: client.nextConnectionID(), method: "GET",
                    target: target, label: label, cookie: cookie, host: host, source: client.source)))
        do throws(WireError) {
            let connection = try await RawConnection.open(
                client.factory(within: limit, forUpgrade: true), on: client.loop)
            connection.send(Array(head.utf8))
            do throws(WireError) {
                let answer = try await LiteralResponseHead.whole(on: connection, within: limit)
                let response = answer.received(requestID)
                client.storeCookies(response.values(of: "set-cookie"), of: requestID, requestPath: target, .page)
                client.record(.responseReceived(response))
                return LiteralWebSocketPeer(
                    response: response, session: session, client: client, connection: connection)
            } catch {
                await connection.close()
                throw error
            }
        } catch {
            client.record(
                .requestFailed(
                    RequestFailed(requestID: requestID, failure: RequestFailure(error), detail: "\(error)")))
            throw error
        }
    }

    /// Sends a masked, final frame of this opcode with the shortest length form.
    package func send(opcode: UInt8, _ payload: [UInt8], number: Int? = nil) {
        var bytes: [UInt8] = [0x80 | opcode]
        switch payload.count {
        case ...125: bytes.append(0x80 | UInt8(payload.count))
        case ...65_535: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
        default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        bytes += Self.mask
        let start = bytes.count
        bytes += payload
        bytes.withUnsafeMutableBufferPointer { bytes in
            var index = start
            while index < bytes.count {
                bytes[index] ^= Self.mask[(index - start) & 3]
                index += 1
            }
        }
        if opcode < 8 { client.record(.messageSent(message(payload, number))) }
        connection.send(bytes)
    }

    /// Reads one frame.
    package func readFrame(within limit: Duration) async throws(WireError) -> Frame {
        let deadline = MonotonicClock.now + limit
        func left() -> Duration { max(.zero, deadline - .now) }
        let head = try await connection.read(2, within: left())
        guard head[1] & 0x80 == 0 else { throw .malformed("a frame to the client bears a mask") }
        var length = Int(head[1] & 0x7f)
        if length == 126 {
            let bytes = try await connection.read(2, within: left())
            length = Int(bytes[0]) << 8 | Int(bytes[1])
        } else if length == 127 {
            let bytes = try await connection.read(8, within: left())
            guard bytes[0...3].allSatisfy({ $0 == 0 }) else { throw .malformed("a frame of 4 GiB or more") }
            length = bytes[4...7].reduce(0) { $0 << 8 | Int($1) }
        }
        guard length <= RawConnection.unreadLimit else { throw .malformed("a frame of \(length) bytes") }
        return Frame(first: head[0], payload: try await connection.read(length, within: left()))
    }

    /// Reads one whole data message, whatever frames it came in; control frames between are passed over.
    ///
    /// Throws `closed` on a close frame, naming its code.
    package func readMessage(within limit: Duration, number: Int? = nil) async throws(WireError) -> Frame {
        let deadline = MonotonicClock.now + limit
        var whole: Frame?
        while true {
            let frame = try await readFrame(within: max(.zero, deadline - .now))
            if frame.opcode == 8 { throw .closed("close frame, payload \(frame.payload)") }
            guard MonotonicClock.now < deadline || frame.isFinal && frame.opcode <= 2 else {
                throw .timedOut("a whole message within \(limit.inWords)")
            }
            if frame.opcode > 8 { continue }
            guard (frame.opcode == 0) == (whole != nil) else {
                throw .malformed("opcode \(frame.opcode) \(whole == nil ? "begins a message" : "goes on with one")")
            }
            guard (whole?.payload.count ?? 0) + frame.payload.count <= RawConnection.unreadLimit else {
                throw .malformed("a message of more than \(RawConnection.unreadLimit) bytes")
            }
            if whole == nil { whole = frame } else { whole?.payload += frame.payload }
            if frame.isFinal, let whole {
                client.record(.messageReceived(message(whole.payload, number)))
                return whole
            }
        }
    }

    /// Reads on to the next frame of this opcode; what comes before it is passed over.
    package func readFrame(opcode: UInt8, within limit: Duration) async throws(WireError) -> Frame {
        let deadline = MonotonicClock.now + limit
        while true {
            let frame = try await readFrame(within: max(.zero, deadline - .now))
            if frame.opcode == opcode { return frame }
            // A peer that never falls silent must not stretch the deadline.
            guard MonotonicClock.now < deadline else {
                throw .timedOut("a frame of opcode \(opcode) within \(limit.inWords)")
            }
        }
    }

    /// Records a message that this peer read as a frame.
    package func recordReceived(_ frame: Frame, number: Int) {
        client.record(.messageReceived(message(frame.payload, number)))
    }

    /// Records the end of the session as this peer saw it.
    package func recordClosed(code: Int, reason: String, cause: EndCause) {
        client.record(
            .sessionClosed(SessionClosed(session: session, epoch: 1, code: code, reason: reason, cause: cause)))
    }

    /// Closes the TCP connection.
    package func close() async { await connection.close() }

    private func message(_ payload: [UInt8], _ number: Int?) -> Message {
        Message(
            session: session, epoch: 1, number: number, payload: PayloadDigest.excerpt(of: payload),
            bytes: payload.count, digest: PayloadDigest.of(payload))
    }
}

/// The head of an answer, taken apart with no other rule than line ends and colons.
struct LiteralResponseHead {
    var status: Int
    var headers: [[String]]
    var body: [UInt8] = []

    init(_ bytes: [UInt8]) throws(WireError) {
        let text = String(decoding: bytes, as: UTF8.self)
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
        guard let first = lines.first, first.hasPrefix("HTTP/1."), let status = Int(first.dropFirst(9).prefix(3)) else {
            throw .malformed("the answer begins \(text.prefix(40).debugDescription), which is no HTTP/1.1 status line")
        }
        lines.removeFirst()
        self.status = status
        self.headers = lines.compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            var value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            while value.last == " " || value.last == "\t" { value.removeLast() }
            return [line[..<colon].lowercased(), String(value)]
        }
    }

    /// The next answer on a connection, with its body unless it is a 101.
    static func whole(on connection: RawConnection, within limit: Duration) async throws(WireError)
        -> LiteralResponseHead
    {
        var answer = try LiteralResponseHead(try await connection.readHead(within: limit))
        // Interim answers, such as 103, come before the answer itself.
        for _ in 0..<8 where (100..<200).contains(answer.status) && answer.status != 101 {
            answer = try LiteralResponseHead(try await connection.readHead(within: limit))
        }
        guard answer.status == 101 || answer.status >= 200 else {
            throw WireError.malformed("no answer behind 8 interim ones, the last with status \(answer.status)")
        }
        if answer.status != 101 { answer.body = try await body(of: answer, on: connection, within: limit) }
        return answer
    }

    /// The body, at most its first 64 KiB, in whatever framing a balancer gave it.
    private static func body(
        of answer: LiteralResponseHead, on connection: RawConnection, within limit: Duration
    ) async throws(WireError) -> [UInt8] {
        let deadline = MonotonicClock.now + limit
        func left() -> Duration { max(.zero, deadline - .now) }
        if answer.isChunked {
            var body: [UInt8] = []
            while body.count < bodyLimit {
                var line: [UInt8] = []
                while line.suffix(2) != [13, 10], line.count < 128 {
                    line += try await connection.read(1, within: left())
                }
                let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 13 }
                guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
                    throw .malformed("a chunk begins \(String(decoding: line, as: UTF8.self).debugDescription)")
                }
                if size == 0 { break }
                body += try await connection.read(min(size, bodyLimit - body.count), within: left())
                if body.count < bodyLimit { _ = try await connection.read(2, within: left()) }
            }
            return body
        }
        if let length = answer.contentLength {
            guard length >= 0 else { throw .malformed("Content-Length is \(length)") }
            return try await connection.read(min(length, bodyLimit), within: left())
        }
        do {
            return Array(try await connection.readToEnd(within: left()).prefix(bodyLimit))
        } catch {
            // An answer without a length that is not ended either has no body that one could wait for.
            guard case .timedOut = error else { throw error }
            return []
        }
    }

    private static let bodyLimit = 65_536

    var isChunked: Bool {
        headers.contains { $0[0] == "transfer-encoding" && $0[1].lowercased().hasSuffix("chunked") }
    }

    var contentLength: Int? { headers.first { $0[0] == "content-length" }.flatMap { Int($0[1]) } }

    func received(_ requestID: String) -> ResponseReceived {
        func value(_ name: String) -> String? { headers.first { $0[0] == name }?[1] }
        return ResponseReceived(
            requestID: requestID, status: status, nodeID: value("x-stickler-node"), bootID: value("x-stickler-boot"),
            headers: headers, body: PayloadDigest.excerpt(of: body), bodyBytes: body.count)
    }
}
