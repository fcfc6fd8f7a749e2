import Testing

@testable import Verdicts

struct ExecutionFoldTests {
    @Test(arguments: [(0, 0, false), (1, 0, false), (1, 1, false), (2, 2, false), (1, 2, true), (0, 1, true)])
    func `a call may run as often as it was sent`(_ sends: UInt32, _ executions: UInt32, _ isWrong: Bool) {
        var fold = ExecutionFold()
        for _ in 0..<executions { fold.execute() }
        for _ in 0..<sends { fold.send() }
        let violation = ExecutionViolation(sends: sends, executions: executions)
        #expect(fold.violation == (isWrong ? violation : nil))
    }
}
