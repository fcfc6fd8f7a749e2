/// What a request shows of the key that affinity goes by: mostly one, and of some clients several.
struct ShownKeys: Sendable, Equatable {
    /// The one that it shows first.
    private(set) var first: Substring?
    /// The others, in their order.
    private(set) var others: [Substring] = []

    /// This one, or none.
    init(first: Substring? = nil) { self.first = first }

    /// Shows another one behind those.
    mutating func append(_ key: Substring) {
        if first == nil { first = key } else { others.append(key) }
    }

    /// Shows others behind those.
    mutating func append(_ keys: ShownKeys) {
        guard let key = keys.first else { return }
        append(key)
        others += keys.others
    }

    /// Shows those no more that this is true of.
    mutating func drop(where isDropped: (Substring) -> Bool) {
        guard let key = first else { return }
        if others.isEmpty {
            if isDropped(key) { first = nil }
            return
        }
        let kept = ([key] + others).filter { !isDropped($0) }
        (first, others) = (kept.first, Array(kept.dropFirst()))
    }
}
