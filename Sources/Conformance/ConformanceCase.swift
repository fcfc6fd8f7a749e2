public import History
public import Verdicts

/// A conformance case whole: what it states, what its clients do, and what is concluded from the history.
///
/// Cases of the catalogue and those that users write are the same: the workload never judges, and the judge is a pure
/// function that sees nothing but the history.
public struct ConformanceCase: Sendable {
    /// Does what the clients do; throws only when the bench itself fails.
    public typealias Workload = @Sendable (CaseStage) async throws -> Void
    /// Concludes from the history of one pass of the workload.
    public typealias Judge = @Sendable (HistoryView) -> Judgement

    /// What it states.
    public var description: CaseDescription
    /// What its clients do.
    public var workload: Workload
    /// What is concluded.
    public var judge: Judge

    /// A case.
    public init(_ description: CaseDescription, workload: @escaping Workload, judge: @escaping Judge) {
        self.description = description
        self.workload = workload
        self.judge = judge
    }
}
