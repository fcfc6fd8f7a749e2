import Testing
import Verdicts

/// A finding, and what to change in the good history of its case so that it comes.
struct EditRow: Sendable, CustomTestStringConvertible {
    /// The case.
    var id: String
    /// The finding.
    var code: FindingCode
    /// The changes, each made in what the one before left.
    var edits: [Edit]

    /// A row.
    init(_ id: String, _ code: FindingCode, _ edits: Edit...) {
        self.id = id
        self.code = code
        self.edits = edits
    }

    var testDescription: String { "\(id): \(code.rawValue)" }
}
