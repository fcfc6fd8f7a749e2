import Testing

extension Tag {
    /// Runs programs that others wrote; takes seconds.
    @Tag static var foreignPeer: Self
}
