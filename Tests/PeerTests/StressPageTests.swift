import Foundation
import Reports
import Statistics
import StressResults
import Synchronization
import TestSupport
import Testing

/// The page of a stress run in a real browser.
@Suite(.serialized, .tags(.foreignPeer), .timeLimit(.minutes(2)))
struct StressPageTests {
    /// What a script sees of the page once it is laid out.
    struct Seen: Decodable {
        var charts: Int
        /// Lengths of the lines drawn.
        var lines: [Double]
        var faults: Int
        /// Texts of charts that reach beyond them.
        var cut: [String]
        /// How far the page reaches beyond the window.
        var overhang: Double
        var text: String
        var background: String
        /// Files it asked for.
        var resources: Int
    }

    private static let probe = """
        <script>
        const boxes = [...document.querySelectorAll('svg')];
        const reaches = (text) => {
            const [inner, outer] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
            return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1
                || inner.bottom > outer.bottom + 1;
        };
        const seen = {
            charts: boxes.filter((box) => box.getBoundingClientRect().width > 300).length,
            lines: [...document.querySelectorAll('path.line')].map((line) => line.getTotalLength()),
            faults: document.querySelectorAll('rect.fault').length,
            cut: [...document.querySelectorAll('svg text')].filter(reaches).map((text) => text.textContent),
            overhang: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            text: getComputedStyle(document.body).color,
            background: getComputedStyle(document.body).backgroundColor,
            resources: performance.getEntriesByType('resource').length,
        };
        document.body.innerHTML = '<pre id="seen"></pre>';
        document.getElementById('seen').textContent = '\\nSEEN ' + JSON.stringify(seen) + '\\n';
        </script>
        </body>
        """

    @Test(arguments: [(500, true), (500, false), (1_300, true), (1_300, false)])
    func `a browser draws its charts, on narrow and wide screens, bright and dark`(
        width: Int, isDark: Bool
    ) async throws {
        guard DebianPackage.areInstalled(.chromium) else { return }
        try await withTemporaryDirectory { directory in
            let policy = "<meta http-equiv=\"Content-Security-Policy\""
            let page = String(decoding: StressPage(try Self.report()).data(), as: UTF8.self)
            #expect(page.contains(policy), "it forbids itself all scripts, so the probe has to lift that")
            let file = "\(directory)/page.html"
            try page.replacingOccurrences(of: policy, with: "<meta name=\"x\"")
                .replacingOccurrences(of: "</body>", with: Self.probe)
                .write(toFile: file, atomically: true, encoding: .utf8)
            let lines = Mutex<[String]>([])
            let end = try await ForeignProgram(
                path: DebianPackage.chromium.files[0],
                arguments: [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                    "--user-data-dir=\(directory)/profile", "--window-size=\(width),900", "--dump-dom",
                    "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "file://\(file)",
                ],
                environment: ["HOME": directory]
            ).run { line in lines.withLock { $0.append(line) } }
            let line = lines.withLock { $0.first { $0.hasPrefix("SEEN ") } }
            let text = try #require(line, "chromium ended with \(end): \(lines.withLock { $0.suffix(20) })")
            let seen = try JSONDecoder().decode(Seen.self, from: Data(text.dropFirst(5).utf8))
            #expect(seen.charts == 4)
            #expect(seen.lines.count == 10, "three, three, two and two")
            let shortest = try #require(seen.lines.min())
            #expect(shortest > 50)
            #expect(seen.faults == 3, "a fault is marked in each chart over time")
            #expect(seen.cut == [])
            #expect(seen.overhang <= 0)
            #expect(seen.resources == 0)
            #expect(seen.background == (isDark ? "rgb(18, 22, 27)" : "rgb(255, 255, 255)"))
            #expect(seen.text == (isDark ? "rgb(230, 237, 243)" : "rgb(27, 31, 36)"))
        }
    }

    /// A run of two minutes with everything in it, words without a blank included.
    private static func report() throws -> StressReport {
        var result = StressResult(
            nothingOf: "clients 100, \(String(repeating: "mix", count: 100))", clients: 100, shard: .whole,
            target: .init(name: "nginx", config: String(repeating: "config", count: 40), nodes: ["n1", "n2", "n3"]),
            startedAt: "2026-11-30T01:02:03Z")
        result.seconds = 120
        result.counts.clients = 100
        result.counts.judgedSessions = 100
        result.counts.answered = 12_000
        result.counts.violations = ["message-lost": 7]
        result.counts.violatedSessions = ["message-lost": 7]
        for index in 0..<120 {
            var clients = ClientGauge()
            clients.openAt = ["n1": 30 + index % 5, "n2": (40..<80).contains(index) ? 0 : 30, "n3": 40]
            let time = 5 + Double(index % 13)
            for _ in 0..<100 { result.response.record(UInt64(time * 1_000)) }
            for _ in 0..<100 { result.service.record(UInt64(time * 900)) }
            result.timeline.append(
                TimelineSecond(
                    at: Double(index + 1), clients: clients, sent: 100, answered: 100 + index % 7,
                    violations: index == 50 ? 7 : 0, median: time, p99: time * 4, longest: time * 20))
        }
        result.faults = [AppliedFault(plan: "kill n2 @40s for 40s", node: "n2", from: 40, to: 80)]
        result.samples = [
            SampledViolation(
                code: "message-lost", message: String(repeating: "lost", count: 100), client: 1, at: 50,
                evidence: [String(repeating: "evidence", count: 50)])
        ]
        return StressReport(result, thresholds: [try Threshold("p99 < 50ms"), try Threshold("rate > 1000")])
    }
}
