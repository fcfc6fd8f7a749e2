import Claims
import History
import Testing
import Verdicts

@testable import Reports

@Suite("The console report is a line a case, then what went wrong")
struct ConsoleReportTests {
    static let plain = ConsoleReport(isColored: false)

    @Test(
        "A line is verdict, case, seconds, and the reason unless it passed",
        arguments: zip(
            SampleReport.cases,
            [
                "pass         upgrade/passes                         1.2 s  ",
                "fail         stickiness/fails                       0.5 s   it moved",
                "warning      failover/warns                         0.0 s   it moved",
                "info         failover/informs                       0.0 s   it moved",
                "unsupported  recovery/unsupported                   0.0 s   not claimed",
                "unobservable fallback/unobservable                  0.0 s   unseen",
                "inconclusive tunnel/inconclusive                    0.0 s   nothing was observed",
            ]))
    func lines(_ result: CaseResult, _ line: String) {
        #expect(Self.plain.line(result) == line)
    }

    @Test("What faults cost is a line for each kind of them, and for each of them in a verbose report")
    func faults() {
        func effect(_ fault: FaultKind, _ node: String, _ failed: Int, _ seconds: Double) -> FaultEffect {
            FaultEffect(fault: fault, nodeID: node, requests: 9, failedRequests: failed, outageSeconds: seconds)
        }
        var cases = SampleReport.cases
        cases[0].faults = [effect(.kill, "n1", 2, 0.25), effect(.hang, "n1", 0, 0)]
        cases[1].faults = [effect(.kill, "n2", 1, 4.04)]
        let report = SampleReport.report(cases)
        let lines = Self.plain.closing(report).split(separator: "\n")
        #expect(lines.contains("info hang × 1: no request failed"))
        #expect(lines.contains("info kill × 2: 3 failed requests, the last 4.0 s after the fault"))
        let verbose = ConsoleReport(isColored: false, isVerbose: true).closing(report)
        #expect(verbose.contains("info upgrade/passes: kill of n1: 2 of 9 requests failed, the last 250 ms after it\n"))
    }

    @Test("Colors go around the verdict alone")
    func colors() {
        let line = ConsoleReport(isColored: true).line(SampleReport.cases[1])
        #expect(line.hasPrefix("\u{1b}[31mfail        \u{1b}[0m stickiness/fails "))
    }

    @Test("What went wrong comes last, each cause once with what to change; the rest not again")
    func closing() {
        var cases = [SampleReport.cases[0], SampleReport.cases[1], SampleReport.cases[4], SampleReport.cases[6]]
        cases[1].causedBy = .affinityNone
        var report = SampleReport.report(cases)
        report.causes = [
            Cause(
                kind: .affinityNone, message: "nothing keeps a client on its node: it moved",
                evidence: ["+0.001 s first", "+0.002 s second", "+0.003 s third"],
                remedy: "cookie SRV insert  # in the backend\nserver n1 {{node1}} cookie n1",
                present: ["cookie SRV insert"], cases: ["stickiness/fails"])
        ]
        #expect(
            Self.plain.closing(report) == """

                1. affinity-none: nothing keeps a client on its node: it moved
                   change:
                     cookie SRV insert  # in the backend  # is there already
                     server n1 {{node1}} cookie n1
                   seen: +0.001 s first
                         +0.002 s second
                   fails: stickiness/fails

                inconclusive tunnel/inconclusive: nothing was observed

                nginx 1.22.1 default: 1 pass, 1 fail, 1 unsupported, 1 inconclusive in 12.3 s
                  (seed \(UInt64.max))
                The balancer does not do what it must; see the remedies above.
                All evidence: --verbose, or --report json=FILE.
                """)
    }

    @Test("Nothing is wider than 80 columns, but for a word that is and for lines of a configuration")
    func width() {
        let long = String(repeating: "many words ", count: 40)
        var result = SampleReport.cases[1]
        result.reason = long
        result.causedBy = .upgrade
        var report = SampleReport.report([result, SampleReport.cases[6]])
        report.causes = [
            Cause(
                kind: .upgrade, message: long, evidence: [Evidence(long)], remedy: long,
                cases: [String](repeating: long, count: 9))
        ]
        let lines = Self.plain.closing(report).split(separator: "\n") + [Self.plain.line(result)[...]]
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test("All evidence is told where it is asked for")
    func verbose() {
        let closing = ConsoleReport(isColored: false, isVerbose: true).closing(
            SampleReport.report([SampleReport.cases[1], SampleReport.cases[6]]))
        #expect(
            closing.contains(
                """
                FAIL stickiness/fails
                  Proves stickiness/fails.
                  session-moved: it moved
                      +0.001 s first
                      +0.002 s second
                  remedy: polling-stickiness: cookie SRV insert

                INCONCLUSIVE tunnel/inconclusive
                  Proves tunnel/inconclusive.
                  nothing was observed
                """))
    }

    @Test(
        "The last sentence says what the exit code says",
        arguments: [
            ([], "The run does not tell: nothing passed, or a must-level case was inconclusive."),
            ([0], "Sessions stick, fail over and fall back as claimed."),
            ([0, 2, 3, 4, 5], "Sessions stick, fail over and fall back as claimed."),
            ([0, 6], "The run does not tell: nothing passed, or a must-level case was inconclusive."),
            ([0, 1, 6], "The balancer does not do what it must; see the remedies above."),
        ] as [([Int], String)])
    func sentences(_ indices: [Int], _ sentence: String) {
        let report = SampleReport.report(indices.map { SampleReport.cases[$0] })
        #expect(Self.plain.closing(report).split(separator: "\n").contains(sentence[...]))
    }

    @Test(
        "Only a whole run may say what the product promises",
        arguments: [
            (Coverage(catalogue: 9, selected: 1), "What was asked holds: 1 of 9 cases ran. "),
            (
                Coverage(catalogue: 1, selected: 1, without: [.fallback, .recovery]),
                "What was asked holds: 1 of 1 case ran, without fallback, recovery as you said. "
            ),
        ])
    func parts(_ coverage: Coverage, _ beginning: String) {
        var report = SampleReport.report([SampleReport.cases[0]])
        report.coverage = coverage
        let closing = Self.plain.closing(report)
        let words = closing.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains(beginning), "\(closing)")
        #expect(!closing.contains("Sessions stick"))
    }

    @Test("A run that was ended before its end is one line")
    func interruption() {
        var report = SampleReport.report([
            SampleReport.cases[0], SampleReport.cases[1],
            CaseResult(
                description: SampleReport.description("a/b"), verdict: .inconclusive, reason: CaseResult.interrupted),
        ])
        report.problem = .interrupted
        #expect(report.exitCode == 130)
        #expect(
            report.interruptionLine == "interrupted after 2 of 3 cases: 1 pass, 1 fail; what was started is stopped")
    }

    @Test("A message of several lines keeps them, and nothing else a peer could steer a terminal with")
    func lines() {
        #expect(TerminalText.printableLines("one\ntwo\r\n\u{1b}[2J\u{202e}") == "one\ntwo\\u{d}\n\\u{1b}[2J\\u{202e}")
    }

    @Test("An inconclusive case says why before what it found")
    func inconclusiveFindings() {
        let result = CaseResult(
            description: SampleReport.description("a/b"), verdict: .inconclusive, reason: "interrupted",
            findings: [SampleReport.violation])
        #expect(
            ConsoleReport(isColored: false, isVerbose: true).closing(SampleReport.report([result])).contains(
                "\n  Proves a/b.\n  interrupted\n  session-moved: it moved\n"))
    }

    @Test("No peer can move the cursor, break a line or turn the writing around")
    func hostile() {
        let report = SampleReport.hostileReport
        let text = report.cases.map(Self.plain.line).joined() + Self.plain.closing(report)
        let unsafe: Set<Unicode.Scalar> = ["\u{0}", "\u{1b}", "\u{7f}", "\r", "\t", "\u{202e}"]
        #expect(text.unicodeScalars.filter(unsafe.contains).isEmpty)
        #expect(text.contains("\\u{1b}[2J"))
        #expect(text.contains("é😀"))
    }
}
