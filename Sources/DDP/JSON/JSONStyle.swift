/// How JSON text is laid out.
public struct JSONStyle: Sendable, Hashable {
    /// What one level is indented by; empty for everything on one line.
    public var indent: String
    /// Whether members are sorted by name, in UTF-16 order, at every level.
    public var isCanonical: Bool

    /// A layout.
    public init(indent: String = "", isCanonical: Bool = false) {
        self.indent = indent
        self.isCanonical = isCanonical
    }

    /// One line, members as they are.
    public static let compact = JSONStyle()
    /// One line, members sorted.
    public static let canonical = JSONStyle(isCanonical: true)
    /// Two blanks a level.
    public static let indented = JSONStyle(indent: "  ")
}
