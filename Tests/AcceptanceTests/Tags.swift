import Testing

extension Tag {
    /// Runs whole verifications: seconds each.
    @Tag static var slow: Self
}
