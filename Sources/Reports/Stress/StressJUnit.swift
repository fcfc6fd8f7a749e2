package import Foundation
package import StressResults

/// The report of a stress run as JUnit XML: a test for each threshold and for each kind of violation that was seen, or one
/// for all sessions where none was.
package struct StressJUnit: Sendable {
    private let report: StressReport
    private var result: StressResult { report.result }

    /// The JUnit form of this report.
    package init(_ report: StressReport) { self.report = report }

    /// The text, UTF-8.
    package func data() -> Data {
        let tests = problem + thresholds + sessions
        let seconds = result.seconds.rounded(toPlaces: 3)
        let counts =
            "tests=\"\(tests.count)\" failures=\"\(tests.count { $0.outcome?.element == "failure" })\" "
            + "errors=\"\(tests.count { $0.outcome?.element == "error" })\" skipped=\"0\" time=\"\(seconds)\""
        let name = XMLText.escaped("stickler stress \(result.target.name) \(result.target.config)")
        let suite =
            "  <testsuite name=\"\(name)\" timestamp=\"\(XMLText.escaped(result.startedAt))\" \(counts)>\n"
            + tests.map { $0.xml(seconds: seconds) }.joined() + "  </testsuite>\n"
        return Data(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n\(suite)</testsuites>\n".utf8)
    }

    private struct Test {
        var area: String
        var name: String
        /// What speaks against it; nil where it passed.
        var outcome: (element: String, message: String, text: String)?

        func xml(seconds: Double) -> String {
            let head =
                "    <testcase classname=\"\(area)\" name=\"\(XMLText.escaped(name))\" time=\"\(seconds)\""
            guard let outcome else { return head + "/>\n" }
            return head + ">\n      <\(outcome.element) message=\"\(XMLText.escaped(outcome.message))\">"
                + "\(XMLText.escaped(outcome.text))</\(outcome.element)>\n    </testcase>\n"
        }
    }

    private var problem: [Test] {
        report.problem.map {
            [Test(area: "stickler", name: "run", outcome: ("error", $0.message, "exit code \($0.exitCode)"))]
        } ?? []
    }

    private var thresholds: [Test] {
        report.judged.map { one in
            let value = one.value.map(one.threshold.measure.unit.text) ?? "not measured"
            return Test(
                area: "threshold", name: one.threshold.description,
                outcome: one.isKept ? nil : ("failure", "missed: \(value)", value))
        }
    }

    private var sessions: [Test] {
        let codes = StressVerdict.codes(result)
        guard codes.isEmpty else { return codes.map(violation) }
        let silence = ("error", "no message came back", "nothing was seen that speaks for the balancer")
        return [Test(area: "stress", name: "sessions", outcome: result.counts.answered > 0 ? nil : silence)]
    }

    private func violation(_ code: String) -> Test {
        let remedy = report.remedies[code].map { ["remedy: \($0)"] } ?? []
        let lines = result.samples.filter { $0.code == code }.flatMap { sample in
            ["client \(sample.client) at \(NumberText.number(sample.at)) s: \(sample.message)"]
                + sample.evidence.map { "    \($0)" }
        }
        return Test(
            area: "violation", name: code,
            outcome: ("failure", StressVerdict.headline(code, result), (lines + remedy).joined(separator: "\n")))
    }
}
