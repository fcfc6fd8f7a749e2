import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `idle/first-byte`
    static let idleFirstByte = ConformanceCase(
        CaseDescription(
            id: "idle/first-byte", title: "An answer may begin after 28 s", features: [.idleTolerance],
            proves: "A POST that its node answers after 28 s, in true time, as long as SockJS keeps a poll waiting and "
                + "a little more, brings the node's answer.",
            findings: [.slowAnswerLost], schedule: .shared(seconds: 1.5, in: .scaled), awaits: "an answer after 28 s"),
        workload: { stage in
            let delay = delay * stage.facts.timeScale
            _ = await forAll([1, 2]) { _ in await SlowAnswer.run(label, after: delay, stage) }
        },
        judge: { SlowAnswer.judge(label, .slowAnswerLost, delay.inWords, in: $0) })
}

private let label = RequestLabel("first-byte")
private let delay = Duration.seconds(28)

extension FindingCode {
    /// A slow answer did not arrive.
    static let slowAnswerLost = FindingCode("slow-answer-lost", .idle)
}
