import Claims
import History

/// The events that edits begin with.
extension Edit {
    /// Requests with one of these labels; all without any.
    static func requests(_ labels: RequestLabel...) -> Selection {
        Selection { event, scene in
            guard case .requestSent = event.kind else { return false }
            return isLabelled(event, labels, scene)
        }
    }

    /// Answers to requests with one of these labels; all without any.
    static func answers(_ labels: RequestLabel...) -> Selection {
        Selection { event, scene in
            guard case .responseReceived = event.kind else { return false }
            return isLabelled(event, labels, scene)
        }
    }

    /// Executions, by nodes, of requests with one of these labels; all without any.
    static func executions(_ labels: RequestLabel...) -> Selection {
        Selection { event, scene in
            guard case .requestExecuted = event.kind else { return false }
            return isLabelled(event, labels, scene)
        }
    }

    private static func isLabelled(_ event: HistoryEvent, _ labels: [RequestLabel], _ scene: Scene) -> Bool {
        scene.request(of: event).map { labels.isEmpty || labels.contains($0.label) } ?? false
    }

    /// Openings of sessions, as clients see them.
    static var openings: Selection {
        Selection { event, _ in
            if case (.client, .sessionOpened) = (event.actor, event.kind) { true } else { false }
        }
    }

    /// Ends of sessions, as clients see them.
    static var closings: Selection {
        Selection { event, _ in
            if case (.client, .sessionClosed) = (event.actor, event.kind) { true } else { false }
        }
    }

    /// Attempts at a transport.
    static var attempts: Selection {
        Selection { event, _ in if case .transportAttempted = event.kind { true } else { false } }
    }

    /// Steps of this name.
    static func steps(_ name: String) -> Selection {
        Selection { event, _ in if case .scriptStep(let step) = event.kind { step.step == name } else { false } }
    }

    /// What was done to the balancer by this verb, from asking for it to its being in force.
    static func operations(_ verb: Verb) -> Selection {
        Selection { event, _ in
            switch event.kind {
            case .operationBegun(let one), .operationDone(let one): one.verb == verb
            default: false
            }
        }
    }

    /// Messages that clients received.
    static var received: Selection {
        Selection { event, _ in if case .messageReceived = event.kind { true } else { false } }
    }

    /// Messages of DDP of this kind that clients received.
    static func ddp(_ kind: String) -> Selection {
        Selection { event, _ in
            guard case .messageReceived(let message) = event.kind else { return false }
            return message.payload.contains(#""msg":"\#(kind)""#)
        }
    }

    /// Messages that nodes executed, with this text in them.
    static func executed(_ text: String = "") -> Selection {
        Selection { event, _ in
            guard case .messageExecuted(let message) = event.kind else { return false }
            return text.isEmpty || message.payload.contains(text)
        }
    }

    /// Frames of this kind beside messages.
    static func frames(_ kind: FrameReceived.Kind) -> Selection {
        Selection { event, _ in if case .frameReceived(let frame) = event.kind { frame.frame == kind } else { false } }
    }

    /// All that belongs to sessions of clients.
    static var sessions: Selection {
        Selection { event, scene in
            if case .client = event.actor { scene.session(of: event) != nil } else { false }
        }
    }
}
