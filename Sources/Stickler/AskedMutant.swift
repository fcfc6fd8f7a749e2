import Defects

extension MutantChoice {
    /// The mutant that a user asks for.
    init(asked text: String) throws(VerificationError) {
        do {
            try self.init(text)
        } catch {
            throw .usage("\(error)")
        }
    }
}
