public import History

/// One thing in a history that shows a violation. Reports write it as a `line`.
public struct Evidence: Sendable, Hashable {
    /// What is shown.
    public enum Shown: Sendable, Hashable {
        /// A request and what became of it.
        case request(Exchange)
        /// Any other event.
        case event(HistoryEvent.Kind)
        /// What was counted, compared or missed, in words.
        case words(String)
    }

    /// When it was, from the first event of its history on; nil for what has no moment of its own.
    public var offset: Duration?
    /// Who did or saw it; nil for what is told in words alone.
    public var actor: HistoryActor?
    /// What it is.
    public var shown: Shown

    /// Evidence in words, of no moment of its own.
    public init(_ words: String) { shown = .words(words) }

    fileprivate init(_ shown: Shown, by actor: HistoryActor? = nil, after offset: Duration) {
        self.offset = offset
        self.actor = actor
        self.shown = shown
    }

    /// Whether it is what the balancer itself wrote.
    public var isBalancersWords: Bool {
        if case .event(.balancerOutput) = shown { return true }
        return false
    }
}

extension Evidence: ExpressibleByStringInterpolation {
    /// Evidence in words.
    public init(stringLiteral words: String) { self.init(words) }
}

extension Evidence: Encodable {
    /// As its line.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(line)
    }
}

extension HistoryView {
    /// A request and what became of it, as evidence.
    public func evidence(_ exchange: Exchange) -> Evidence {
        Evidence(.request(exchange), by: .client(exchange.client), after: exchange.sentAt - start)
    }

    /// An event as evidence.
    public func evidence(_ event: HistoryEvent) -> Evidence {
        Evidence(.event(event.kind), by: event.actor, after: event.time - start)
    }

    /// What a judge says of a moment, as evidence.
    public func evidence(at time: HistoryTime, _ words: String) -> Evidence {
        Evidence(.words(words), after: time - start)
    }
}
