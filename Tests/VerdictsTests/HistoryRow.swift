import Testing

@testable import Verdicts

/// A rule, a history that shows it, and what a checker must say of it.
struct HistoryRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var codes: [FindingCode]
    var observations: Int
    var write: @Sendable (inout HistoryBuilder) -> Void

    init(
        _ rule: String, _ codes: [FindingCode] = [], observations: Int,
        _ write: @escaping @Sendable (inout HistoryBuilder) -> Void
    ) {
        testDescription = rule
        self.codes = codes
        self.observations = observations
        self.write = write
    }

    /// Compares a checker's judgement with what is expected.
    func expect(_ judgement: Judgement, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(judgement.codes == codes, "\(judgement.findings.map(\.message))", sourceLocation: sourceLocation)
        #expect(judgement.observations == observations, sourceLocation: sourceLocation)
    }
}
