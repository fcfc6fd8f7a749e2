import History
import NIOCore
import SockJS
import Synchronization
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
    public let client: VirtualClient
    /// Name of the session in the history.
    public let session: String
    /// Which connection of the session this is, from 1.
    public let epoch: Int
    /// Node that opened it, if it said so.
    public let nodeID: String?
    private let framing: Framing
    private let webSocket: WebSocketChannel
    private let pending = Mutex<(messages: [String], end: CarrierError?)>(([], nil))

    private init(
        client: VirtualClient, session: String, epoch: Int, nodeID: String?, framing: Framing,
        webSocket: WebSocketChannel
    ) {
        self.client = client
        self.session = session
        self.epoch = epoch
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
            target, RequestPlan(label: RequestLabel.upgrade, session: session, limit: limit))
        guard let webSocket, case .response(let response, _) = outcome else {
            return .failure(OpenFailure(outcome))
        }
        let carrier = WebSocketCarrier(
            client: client, session: session, epoch: epoch, nodeID: response.nodeID, framing: framing,
            webSocket: webSocket)
        if framing == .sockJS {
            let first: SockJSFrame?
            do throws(CarrierError) {
                first = try await carrier.nextFrame(until: deadline)
            } catch {
                await webSocket.abort()
                return .failure(OpenFailure("101, then no open frame: \(error)"))
            }
            guard first == .open else {
                await webSocket.abort()
                return .failure(OpenFailure("101, then another frame than o"))
            }
        }
        client.record(
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: epoch, transport: framing == .sockJS ? "websocket" : "raw-websocket",
                    nodeID: response.nodeID, bootID: response.bootID)))
        return .success(carrier)
    }

    /// Sends one message; the error says why it was not taken.
    public func send(_ message: String) async throws(CarrierError) {
        if let ended = pending.withLock({ $0.end }) { throw ended }
        recordSent(message)
        webSocket.send(text: framing == .sockJS ? ClientMessages.encode([message]) : message)
    }

    /// The next message.
    public func receive(within limit: Duration) async throws(CarrierError) -> String {
        let deadline = ContinuousClock.now + limit
        while true {
            if let message = pending.withLock({ $0.messages.isEmpty ? nil : $0.messages.removeFirst() }) {
                return message
            }
            if let ended = pending.withLock({ $0.end }) { throw ended }
            if framing == .raw {
                let text = try await nextText(until: deadline)
                recordReceived(text)
                return text
            }
            switch try await nextFrame(until: deadline) {
            case .heartbeat: try checkTime(deadline)
            case .messages(let messages):
                for message in messages { recordReceived(message) }
                pending.withLock { $0.messages += messages }
            case .open: throw end(1006, "Server lost session")
            case .close(let code, let reason): throw end(code, reason)
            }
        }
    }

    /// Ends the session from the client's side.
    public func close() async {
        _ = end(1000, "Normal closure", byClient: true)
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

    private func nextFrame(until deadline: ContinuousClock.Instant) async throws(CarrierError) -> SockJSFrame {
        while true {
            let text = try await nextText(until: deadline)
            if text.isEmpty {
                try checkTime(deadline)
                continue
            }
            do {
                return try SockJSFrame(parsing: text)
            } catch {
                throw end(1006, "\(text.prefix(64).debugDescription) is no SockJS frame")
            }
        }
    }

    private func nextText(until deadline: ContinuousClock.Instant) async throws(CarrierError) -> String {
        while true {
            let event: WebSocketEvent
            do throws(WireError) {
                event = try await webSocket.nextEvent(within: max(.zero, deadline - .now))
            } catch {
                if case .timedOut = error { throw .timedOut }
                throw end(1006, "\(error)")
            }
            switch event {
            case .text(let bytes), .binary(let bytes): return String(buffer: bytes)
            case .ping, .pong: try checkTime(deadline)
            case .closeReceived(let status):
                throw end(Int(status?.code.rawValue ?? 1005), status?.reason ?? "")
            case .failed(let violation): throw end(1006, "\(violation)")
            case .ended(let status): throw end(Int(status.code.rawValue), status.reason)
            }
        }
    }

    /// After what was none of ours; a peer that sends nothing else must not stretch the deadline.
    private func checkTime(_ deadline: ContinuousClock.Instant) throws(CarrierError) {
        guard ContinuousClock.now < deadline else { throw .timedOut }
    }

    private func end(_ code: Int, _ reason: String, byClient: Bool = false) -> CarrierError {
        let error = CarrierError.closed(code: code, reason: reason)
        let isFirst = pending.withLock { state in
            defer { state.end = state.end ?? error }
            return state.end == nil
        }
        if isFirst { recordClosed(code: code, reason: reason, byClient: byClient) }
        return error
    }
}
