/// How often a call was sent and executed: more often than it was sent, somebody on the way repeated it.
///
/// Nodes tell of executions by clocks and ways of their own, so it is asked when all is told.
package struct ExecutionFold: Sendable {
    private var sends: UInt32 = 0
    private var executions: UInt32 = 0

    /// A call that was not sent so far.
    package init() {}

    /// It is sent, for the first time or again.
    package mutating func send() { sends &+= 1 }

    /// A node executed it.
    package mutating func execute() { executions &+= 1 }

    /// So many executions are known of in all.
    package mutating func execute(total: UInt32) { executions = max(executions, total) }

    /// What is wrong so far, if anything.
    package var violation: ExecutionViolation? {
        executions > sends ? ExecutionViolation(sends: sends, executions: executions) : nil
    }
}

/// A call that was executed more often than it was sent.
package struct ExecutionViolation: Sendable, Hashable {
    /// How often it was sent.
    package var sends: UInt32
    /// How often it was executed.
    package var executions: UInt32

    /// The code under which findings tell it.
    package var code: FindingCode { .methodReplayed }

    /// What was wrong, in a sentence.
    ///
    /// - Parameters:
    ///   - call: the call's id.
    ///   - session: the session's name.
    package func sentence(call: String, session: String) -> String {
        "call \(call) of session \(session) was sent \(sends) times and executed \(executions) times"
    }
}
