/// What a message that came says of the delivery of its session.
package enum DeliveryReceipt: Sendable, Hashable {
    /// It is right.
    case sound
    /// It came on an earlier connection already, as the promise of the session allows.
    case repeated
    /// It can't be told from others, which was said once before.
    case untold
    /// It is wrong.
    case wrong(DeliveryViolation)
}
