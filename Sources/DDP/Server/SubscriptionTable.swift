/// The open subscriptions of one session, in the order in which they began.
struct SubscriptionTable: Sendable {
    struct Entry: Sendable {
        var subscription: ServerSession.Subscription
        var isReady = false
    }

    private var entries: [Int: Entry] = [:]
    private var tickets: [ExactString: Int] = [:]

    var count: Int { entries.count }
    var inOrder: [ServerSession.Subscription] {
        entries.values.map(\.subscription).sorted { $0.ticket < $1.ticket }
    }

    subscript(ticket: Int) -> Entry? {
        get { entries[ticket] }
        set {
            if let old = entries[ticket], tickets[ExactString(old.subscription.id)] == ticket {
                tickets[ExactString(old.subscription.id)] = nil
            }
            entries[ticket] = newValue
            if let new = newValue { tickets[ExactString(new.subscription.id)] = ticket }
        }
    }

    func ticket(of id: String) -> Int? { tickets[ExactString(id)] }
}
