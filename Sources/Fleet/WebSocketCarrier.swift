import History
import NIOCore
public import SockJS
import WebSocketCodec
import Wire

/// The client's end of a session on a WebSocket: SockJS framed, or raw.
public final class WebSocketCarrier: Carrier {
    /// How messages stand in text frames.
    public enum Framing: Sendable, Hashable {
        /// `o`, `h`, `a[…]`, `c[…]`; the session opens with `o`.
        case sockJS
        /// One message a frame; the session opens with the 101.
        case raw
    }

    /// The client it belongs to.
    public var client: VirtualClient { book.client }
    /// Name of the session in the history.
    public var session: String { book.session }
    /// Which connection of the session this is, from 1.
    public var epoch: Int { book.epoch }
    /// Node that opened it, if it said so.
    public let nodeID: String?
    private let framing: Framing
    private let webSocket: WebSocketChannel
    private let book: SessionBook

    private init(book: SessionBook, nodeID: String?, framing: Framing, webSocket: WebSocketChannel) {
        self.book = book
        self.nodeID = nodeID
        self.framing = framing
        self.webSocket = webSocket
    }

    /// Upgrades and, with SockJS framing, waits for `o`.
    public static func open(
        _ client: VirtualClient, target: String, framing: Framing, session: String, epoch: Int = 1,
        within limit: Duration = .seconds(5)
    ) async -> Result<WebSocketCarrier, OpenFailure> {
        let deadline = ContinuousClock.now + limit
        let (outcome, webSocket) = await client.upgrade(
            target, RequestPlan(label: .upgrade, session: session, limit: limit))
        guard let webSocket, case .response(let response, _) = outcome else {
            return .failure(OpenFailure(outcome, end: limitEnd(deadline)))
        }
        let carrier = WebSocketCarrier(
            book: SessionBook(client: client, session: session, epoch: epoch), nodeID: response.nodeID,
            framing: framing, webSocket: webSocket)
        if framing == .sockJS, let failure = await carrier.awaitOpen(until: deadline) {
            await webSocket.abort()
            return .failure(failure)
        }
        carrier.book.recordOpened(transport: framing == .sockJS ? .websocket : .rawWebSocket, by: response)
        return .success(carrier)
    }

    /// Sends one message; the error says why it was not taken.
    public func send(_ message: String) async throws(CarrierError) { try await send(message: SockJSMessage(message)) }

    /// Sends one message; halves of surrogate pairs go out as escapes, which raw framing has not.
    public func send(message: SockJSMessage) async throws(CarrierError) {
        if let end = book.end { throw end }
        book.recordSent(message)
        await client.hold(client.profile.requestDelay)
        webSocket.send(text: framing == .sockJS ? ClientMessages.encode([message]) : message.string)
    }

    /// The next message; halves of surrogate pairs become U+FFFD.
    public func receive(within limit: Duration) async throws(CarrierError) -> String {
        try await receiveMessage(within: limit).string
    }

    /// The next message as it came.
    public func receiveMessage(within limit: Duration) async throws(CarrierError) -> SockJSMessage {
        let deadline = ContinuousClock.now + limit
        while true {
            if let message = try book.takeReady() { return message }
            if framing == .raw {
                book.deliver([SockJSMessage(try await nextText(until: deadline))])
                continue
            }
            switch try await nextFrame(until: deadline) {
            case .heartbeat:
                book.recordFrame(.heartbeat, bytes: 1, requestID: nil)
                try checkTime(deadline)
            case .messages(let messages): book.deliver(messages)
            case .open: throw book.end(.serverLostSession)
            case .close(let code, let reason):
                throw book.end(SessionEnd(code: code, reason: reason, isByServer: true))
            }
        }
    }

    /// Cuts the TCP connection without a closing handshake.
    public func cut() async { await webSocket.abort() }

    /// Ends the session from the client's side.
    public func close() async {
        book.end(.normal, cause: .client)
        webSocket.close(CloseStatus(code: .normalClosure, reason: ""))
        // Reading on until the end lets the closing handshake finish; a peer that does not finish it is cut off.
        let deadline = ContinuousClock.now + .seconds(1)
        do {
            while true {
                let left = deadline - .now
                // A peer that goes on talking would keep a queued reader going without end.
                guard left > .zero else { break }
                if case .ended = try await webSocket.nextEvent(within: left) { return }
            }
        } catch {
            // It ended otherwise, or we were cancelled.
        }
        await webSocket.abort()
    }

    /// Waits for the open frame; what came instead, if it did not.
    private func awaitOpen(until deadline: ContinuousClock.Instant) async -> OpenFailure? {
        do throws(Ended) {
            switch try await frame(until: deadline) {
            case .open: return nil
            case .close(let code, let reason):
                return OpenFailure(
                    "101, then c[\(code)]", end: SessionEnd(code: code, reason: reason, isByServer: true))
            default: return OpenFailure("101, then another frame than o")
            }
        } catch {
            let end = error.end ?? .transportTimedOut
            return OpenFailure("101, then no open frame: \(end)", end: end)
        }
    }

    /// An end that has not been recorded.
    private struct Ended: Error {
        /// Nil where our own deadline passed.
        var end: SessionEnd?
    }

    private func nextFrame(until deadline: ContinuousClock.Instant) async throws(CarrierError) -> SockJSFrame {
        do throws(Ended) {
            return try await frame(until: deadline)
        } catch {
            throw error.end.map { book.end($0) } ?? .timedOut
        }
    }

    private func nextText(until deadline: ContinuousClock.Instant) async throws(CarrierError) -> String {
        do throws(Ended) {
            return try await text(until: deadline)
        } catch {
            throw error.end.map { book.end($0) } ?? .timedOut
        }
    }

    private func frame(until deadline: ContinuousClock.Instant) async throws(Ended) -> SockJSFrame {
        while true {
            let text = try await text(until: deadline)
            if text.isEmpty {
                // A peer that sends nothing else must not stretch the deadline.
                guard ContinuousClock.now < deadline else { throw Ended() }
                continue
            }
            do {
                return try SockJSFrame(parsing: text)
            } catch {
                throw Ended(
                    end: SessionEnd(
                        code: 1006, reason: "\(text.prefix(64).debugDescription) is no SockJS frame"))
            }
        }
    }

    private func text(until deadline: ContinuousClock.Instant) async throws(Ended) -> String {
        while true {
            let event: WebSocketEvent
            do throws(WireError) {
                event = try await webSocket.nextEvent(within: max(.zero, deadline - .now))
            } catch {
                if case .timedOut = error { throw Ended() }
                throw Ended(end: SessionEnd(code: 1006, reason: "\(error)"))
            }
            await client.hold(client.profile.answerDelay)
            switch event {
            case .text(let bytes), .binary(let bytes): return String(buffer: bytes)
            // Messages are asked for as wholes.
            case .ping, .pong, .piece:
                guard ContinuousClock.now < deadline else { throw Ended() }
            case .closeReceived(let status):
                throw Ended(end: SessionEnd(code: Int(status?.code.rawValue ?? 1005), reason: status?.reason ?? ""))
            case .failed(let violation): throw Ended(end: SessionEnd(code: 1006, reason: "\(violation)"))
            case .ended(let status):
                throw Ended(end: SessionEnd(code: Int(status.code.rawValue), reason: status.reason))
            }
        }
    }

    private func checkTime(_ deadline: ContinuousClock.Instant) throws(CarrierError) {
        guard ContinuousClock.now < deadline else { throw .timedOut }
    }

    /// Whether the attempt ended by its own limit.
    private static func limitEnd(_ deadline: ContinuousClock.Instant) -> SessionEnd? {
        ContinuousClock.now >= deadline ? .transportTimedOut : nil
    }
}
