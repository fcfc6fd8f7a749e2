import ReferenceNode

extension ControlToken {
    /// The token in a file; nil without one.
    init?(ofFile path: String?) throws(VerificationError) {
        guard let path else { return nil }
        do throws(ControlTokenError) {
            self = try ControlToken(contentsOf: path)
        } catch {
            throw .usage("\(path): \(error)")
        }
    }
}
