extension ServerSession {
    /// Begins what waits, as far as nothing blocks.
    mutating func pump() -> [Action] {
        var actions: [Action] = []
        while blocker == nil, running.count < configuration.runningMethods, let work = queue.pop() {
            switch work {
            case .method(let id, let method, let params, let seed):
                lastTicket += 1
                let call = Call(ticket: lastTicket, id: id, method: method, params: params, randomSeed: seed)
                blocker = lastTicket
                running[lastTicket] = call
                actions.append(.run(call))
            case .sub(let id, let name, let params): actions += begin(id, name, params)
            case .unsub(let id):
                if let id, let ticket = subscriptions.ticket(of: id) {
                    actions += end(ticket, error: nil)
                } else {
                    actions.append(.send(.nosub(id: id)))
                }
            case .refusal(let reason, let message): actions += refuse(reason, message)
            }
        }
        return actions
    }

    private mutating func begin(_ id: String, _ name: String, _ params: [JSONValue]) -> [Action] {
        // A second subscription of the same id is passed over without a word.
        guard subscriptions.ticket(of: id) == nil else { return [] }
        guard subscriptions.count < configuration.subscriptions else {
            return [.send(.nosub(id: id, error: .tooManySubscriptions))]
        }
        lastTicket += 1
        let subscription = Subscription(ticket: lastTicket, id: id, name: name, params: params)
        subscriptions[lastTicket] = .init(subscription: subscription)
        blocker = lastTicket
        return [.publish(subscription)]
    }

    /// A method or publication lets the next message begin although it has not finished.
    public mutating func unblock(_ ticket: Int) -> [Action] {
        guard blocker == ticket else { return [] }
        blocker = nil
        return pump()
    }

    /// A method has finished; its writes are sent before this is said.
    public mutating func finish(_ ticket: Int, _ outcome: Outcome) -> [Action] {
        guard let call = running.removeValue(forKey: ticket) else { return [] }
        if blocker == ticket { blocker = nil }
        let updated = Action.send(.updated(methods: [call.id]))
        // The next message may begin between the two, as it does in Meteor.
        switch outcome {
        case .returned(let value): return [updated] + pump() + [.send(.result(id: call.id, outcome: .success(value)))]
        case .threw(let error): return [updated] + pump() + [.send(.result(id: call.id, outcome: .failure(error)))]
        case .notFound:
            let error = ApplicationError.methodNotFound(call.method)
            return [.send(.result(id: call.id, outcome: .failure(error))), updated] + pump()
        }
    }
}
