import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `idle/poll-cutoff`
    ///
    /// A should: SockJS answers a poll after 25 s at the latest, and clients ask again where one failed.
    static let idlePollCutoff = ConformanceCase(
        CaseDescription(
            id: "idle/poll-cutoff", title: "A request may wait 50 s for its answer", level: .should,
            features: [.idleTolerance],
            proves: "A POST that its node answers after 50 s of silence, in true time, brings the node's answer.",
            findings: [.silentRequestCut], schedule: .shared(seconds: 2.5, in: .scaled),
            awaits: "50 s without an answer"
        ),
        workload: { stage in
            let delay = delay * stage.facts.timeScale
            _ = await forAll([1, 2]) { _ in await SlowAnswer.run(label, after: delay, stage) }
        },
        judge: { SlowAnswer.judge(label, .silentRequestCut, delay.inWords, in: $0) })
}

private let label = RequestLabel("poll-cutoff")
private let delay = Duration.seconds(50)

extension FindingCode {
    /// A request was given up while its node was silent.
    static let silentRequestCut = FindingCode("silent-request-cut", .idle)
}
