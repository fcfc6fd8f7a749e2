/// How much work one connection may still cause before its event loop turns to the others.
struct WorkBudget: Sendable, Equatable {
    private let parts: Int
    private var left: Int

    /// A budget of so many parts of requests; at least one.
    init(parts: Int) {
        self.parts = max(1, parts)
        left = self.parts
    }

    /// Takes one part's work; false when nothing is left.
    mutating func take() -> Bool {
        guard left > 0 else { return false }
        left -= 1
        return true
    }

    mutating func refill() { left = parts }
}
