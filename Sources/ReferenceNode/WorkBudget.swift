import NIOCore

/// How much of one connection's input is worked off at a time, so that one that floods a node does not keep the others of
/// its loop waiting.
struct WorkBudget {
    /// Requests, messages or parts of them: about half a millisecond's work.
    static let steps = 128
    /// The shortest rest that lets the loop look at its other sockets: a task for at once would come before them.
    static let rest = TimeAmount.microseconds(20)

    private var left = Self.steps

    /// Takes a step; false if it is time to rest.
    mutating func take() -> Bool {
        left -= 1
        return left >= 0
    }
}
