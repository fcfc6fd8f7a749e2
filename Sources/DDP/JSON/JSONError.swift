/// A text that is not JSON, or too much of it.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    /// What should have stood there.
    public var expected: String
    /// Byte at which it did not.
    public var offset: Int

    /// What was expected, and where.
    public var description: String { "expected \(expected) at byte \(offset) of the JSON text" }
}
