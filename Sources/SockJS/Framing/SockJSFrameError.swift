/// A text that is not what SockJS wants at its place.
public struct SockJSFrameError: Error, Hashable, CustomStringConvertible {
    /// What should have stood there.
    public var expected: String
    /// The first 80 characters of what came.
    public var excerpt: String
    /// Byte in the text at which it stopped making sense.
    public var offset: Int
    /// What to look at.
    public var remedy: String

    init(expected: String, text: String, offset: Int, remedy: String) {
        self.expected = expected
        self.excerpt = String(text.prefix(80))
        self.offset = offset
        self.remedy = remedy
    }

    /// What was expected, what came and what to do.
    public var description: String {
        "expected \(expected), got \"\(excerpt)\" (stopped at byte \(offset)): \(remedy)"
    }
}
