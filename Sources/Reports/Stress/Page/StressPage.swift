package import Foundation
package import StressResults

/// The report of a stress run as a page of HTML: one file that asks for nothing else, and runs no script.
package struct StressPage: Sendable {
    private let report: StressReport
    private var result: StressResult { report.result }

    /// The page of this report.
    package init(_ report: StressReport) { self.report = report }

    /// The text, UTF-8.
    package func data() -> Data { Data(html.utf8) }

    private var html: String {
        let charts = TimelineCharts(result).all + [PercentileChart(result).chart].compactMap { $0 }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(XMLText.escaped("stickler stress: \(subject)"))</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <h1>\(XMLText.escaped(subject))</h1>
            <p class="faint">\(XMLText.escaped("stickler stress, \(result.startedAt), \(result.scenario)"))</p>
            \(verdict)\(thresholds)\(violations)<h2>Over time</h2>
            \(charts.map(\.html).joined())\(numbers)</body>
            </html>

            """
    }

    private var subject: String {
        [result.target.name, result.target.version, result.target.config].compactMap { $0 }.joined(separator: " ")
    }

    private var verdict: String {
        let problem = report.problem.map { "<p class=\"verdict bad\">\(XMLText.escaped($0.message))</p>\n" } ?? ""
        let isGood = report.conclusion == .pass && report.problem == nil
        return problem + "<p class=\"verdict \(isGood ? "good" : "bad")\">"
            + "\(XMLText.escaped(StressVerdict.sentence(report)))</p>\n"
    }

    private var thresholds: String {
        guard !report.thresholds.isEmpty else { return "" }
        let rows = report.judged.map { one in
            let mark = one.isKept ? "<td class=\"good\">kept</td>" : "<td class=\"bad\">missed</td>"
            let value = one.value.map(one.threshold.measure.unit.text) ?? "not measured"
            return "<tr>\(mark)<td>\(XMLText.escaped(one.threshold.description))</td>"
                + "<td>\(XMLText.escaped(value))</td></tr>\n"
        }
        return "<h2>Thresholds</h2>\n<div class=\"wide\"><table>\n\(rows.joined())</table></div>\n"
    }

    private var violations: String {
        let codes = StressVerdict.codes(result)
        guard !codes.isEmpty else { return "" }
        let items = codes.map { code in
            "<h3>\(XMLText.escaped(StressVerdict.headline(code, result)))</h3>\n"
                + (report.remedies[code].map { "<p>change:</p>\n<pre>\(lines(of: $0))</pre>\n" } ?? "")
                + result.samples.filter { $0.code == code }.map(sample).joined()
        }
        return "<h2>Violations</h2>\n\(items.joined())"
    }

    private func sample(_ sample: SampledViolation) -> String {
        let head = "client \(sample.client) at \(NumberText.number(sample.at)) s: \(sample.message)"
        guard !sample.evidence.isEmpty else { return "<p>\(XMLText.escaped(head))</p>\n" }
        return "<details><summary>\(XMLText.escaped(head))</summary>\n"
            + "<pre>\(lines(of: sample.evidence.joined(separator: "\n")))</pre></details>\n"
    }

    /// As they are, line by line.
    private func lines(of text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { XMLText.escaped(String($0)) }.joined(separator: "\n")
    }

    private var numbers: String {
        let table = StressTable(result)
        let rows = table.rows.map { row in
            "<tr><th>\(XMLText.escaped(row.name))</th><td>\(XMLText.escaped(row.text))</td></tr>\n"
        }
        let times = table.timeRows.map { row in
            "<tr><th>\(row.name)</th>\(row.cells.map { "<td class=\"n\">\(XMLText.escaped($0))</td>" }.joined())</tr>\n"
        }
        let head = StressTable.percentiles.map { "<th class=\"n\">\($0.name)</th>" }.joined()
        let timeTable =
            times.isEmpty
            ? "" : "<div class=\"wide\"><table>\n<tr><th></th>\(head)</tr>\n\(times.joined())</table></div>\n"
        let notes = result.notes.map { "<p class=\"faint\">\(XMLText.escaped($0))</p>\n" }.joined()
        return "<h2>Numbers</h2>\n\(timeTable)<div class=\"wide\"><table>\n\(rows.joined())</table></div>\n\(notes)"
    }
}
