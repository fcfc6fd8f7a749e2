/// Whether a connection may be read, and whether a read waits until it may.
struct ReadHold {
    private var wantsMore = true
    private var isPending = false

    /// The channel asks for bytes; whether it may have them.
    mutating func ask() -> Bool {
        isPending = !wantsMore
        return wantsMore
    }

    /// The owner wants more bytes, or has enough; whether a read that was held back is due.
    mutating func wants(_ more: Bool) -> Bool {
        wantsMore = more
        defer { if more { isPending = false } }
        return more && isPending
    }
}
