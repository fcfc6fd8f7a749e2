/// The closing handshake of one end (RFC 6455 §7): which Close frames are sent, who ends TCP, and what the end means.
///
/// ```
/// open ──close()──► closeSent ──peer's Close──► closed
///   │ └──peer's Close (echoed)──────────────────► closed
///   └──violation (from open or closeSent)──► failed
/// any ──end of transport──► ended
/// ```
struct CloseMachine: Sendable {
    enum State: Sendable, Equatable {
        case open
        case closeSent
        case closed(peer: CloseStatus?)
        case failed
        case ended
    }

    /// What the caller must put on the wire.
    enum Action: Sendable, Equatable {
        case none
        case sendClose(CloseStatus?)
    }

    let role: WebSocketRole
    private(set) var state = State.open

    init(role: WebSocketRole) {
        self.role = role
    }

    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Whether what the peer sends still counts: until its Close frame, a violation or the end.
    var isReceiving: Bool {
        switch state {
        case .open, .closeSent: true
        case .closed, .failed, .ended: false
        }
    }

    /// How far this end goes in ending the transport.
    enum Ending: Sendable {
        case keep
        case linger
        case close
    }

    /// The server ends TCP first, so that TIME_WAIT stays with it; a client only after a failure (§7.1.1, §7.1.7).
    var ending: Ending {
        switch state {
        case .open, .closeSent: .keep
        case .closed: role == .server ? .linger : .keep
        case .failed: .linger
        case .ended: .close
        }
    }

    var shouldCloseTransport: Bool { ending != .keep }

    /// Why nothing more is sent; nil while it may be.
    var refusal: WebSocketNotOpen.Cause? {
        switch state {
        case .open: nil
        case .closeSent: .closing
        case .closed: .closed
        case .failed: .failed
        case .ended: .ended
        }
    }

    /// What the peer owes this end.
    var wait: ConnectionTimers.Wait {
        switch state {
        case .open: .keepAlive
        case .closeSent: .peerClose
        case .closed, .failed: .transportEnd
        case .ended: .nothing
        }
    }

    /// This end wants to close.
    mutating func close(_ status: CloseStatus?) -> Action {
        guard state == .open else { return .none }
        state = .closeSent
        return .sendClose(status)
    }

    /// The peer's Close frame has come.
    mutating func receiveClose(_ status: CloseStatus?) -> Action {
        switch state {
        case .open:
            state = .closed(peer: status)
            return .sendClose(status)
        case .closeSent:
            state = .closed(peer: status)
            return .none
        case .closed, .failed, .ended: return .none
        }
    }

    /// The peer broke a rule.
    mutating func fail(_ violation: WebSocketViolation) -> Action {
        let wasOpen = state == .open
        guard isReceiving else { return .none }
        state = .failed
        return wasOpen ? .sendClose(CloseStatus(code: violation.closeCode, reason: violation.rule.rawValue)) : .none
    }

    /// The transport has ended; the status to report, nil if that was done before.
    mutating func end() -> CloseStatus? {
        defer { state = .ended }
        switch state {
        case .open, .closeSent, .failed: return CloseStatus(code: .abnormalClosure)
        case .closed(let peer): return peer ?? CloseStatus(code: .noStatusReceived)
        case .ended: return nil
        }
    }
}
