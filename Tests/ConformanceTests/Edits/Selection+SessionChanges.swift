import History

/// What becomes of sessions and of their messages.
extension Selection {
    /// Received messages have other bytes, of which only the digest tells.
    var altered: Edit { message { $0.digest = String($0.digest.reversed()) + "0" } }

    /// Received messages have this payload.
    func says(_ payload: String) -> Edit { message { ($0.payload, $0.bytes) = (payload, payload.utf8.count) } }

    /// Received messages have one text instead of another.
    func replacing(_ text: String, with other: String) -> Edit {
        message {
            $0.payload = $0.payload.replacing(text, with: other)
            $0.bytes = $0.payload.utf8.count
        }
    }

    /// Received messages are of this connection of their session.
    func epoch(_ epoch: Int) -> Edit { message { $0.epoch = epoch } }

    /// Connections have so much greater numbers, as if there had been attempts before them.
    func epochs(later count: Int) -> Edit {
        become { event, _ in
            switch event.kind {
            case .sessionOpened(var opened):
                opened.epoch += count
                event.kind = .sessionOpened(opened)
            case .sessionClosed(var closed):
                closed.epoch += count
                event.kind = .sessionClosed(closed)
            case .messageSent(var message):
                message.epoch += count
                event.kind = .messageSent(message)
            case .messageReceived(var message):
                message.epoch += count
                event.kind = .messageReceived(message)
            default: break
            }
        }
    }

    /// Sessions open over this transport.
    func transport(_ transport: SessionTransport) -> Edit {
        become { event, _ in
            guard case .sessionOpened(var opened) = event.kind else { return }
            opened.transport = transport
            event.kind = .sessionOpened(opened)
        }
    }

    /// Attempts, and openings, come to nothing.
    var failed: Edit {
        become { event, _ in
            let (session, transport): (String, SessionTransport)
            switch event.kind {
            case .transportAttempted(let attempt): (session, transport) = (attempt.session, attempt.transport)
            case .sessionOpened(let opened): (session, transport) = (opened.session, opened.transport)
            default: return
            }
            event.kind = .transportAttempted(
                TransportAttempted(
                    session: session, transport: transport, outcome: .failed(reason: "refused", code: nil),
                    milliseconds: 1))
        }
    }

    /// Sessions end with this code.
    func code(_ code: Int) -> Edit { end { $0.code = code } }

    /// Sessions end for this cause.
    func cause(_ cause: EndCause) -> Edit { end { $0.cause = cause } }

    /// Steps have this outcome, and another name where one is given.
    func outcome(_ outcome: String, of name: String? = nil) -> Edit {
        become { event, _ in
            guard case .scriptStep(var step) = event.kind else { return }
            step.outcome = outcome
            step.step = name ?? step.step
            event.kind = .scriptStep(step)
        }
    }

    private func message(_ change: @escaping @Sendable (inout Message) -> Void) -> Edit {
        become { event, _ in
            guard case .messageReceived(var message) = event.kind else { return }
            change(&message)
            event.kind = .messageReceived(message)
        }
    }

    private func end(_ change: @escaping @Sendable (inout SessionClosed) -> Void) -> Edit {
        become { event, _ in
            guard case .sessionClosed(var closed) = event.kind else { return }
            change(&closed)
            event.kind = .sessionClosed(closed)
        }
    }
}
