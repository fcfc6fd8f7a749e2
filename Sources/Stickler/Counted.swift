/// A number with what it counts.
enum Counted {
    /// `1 node`, `3 nodes`.
    static func words(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
}
