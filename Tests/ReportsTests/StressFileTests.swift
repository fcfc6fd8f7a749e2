import Foundation
import StressResults
import Testing

@testable import Reports

@Suite struct StressFileTests {
    @Test func `what was written is read back as it was`() throws {
        for report in [
            try SampleStress.report(), try StressJSONTests.empty(),
            try SampleStress.report { $0.problem = StressReport.Problem(exitCode: 130, message: SampleStress.hostile) },
            try SampleStress.report { $0.result.target.version = nil },
        ] {
            guard case .report(let back) = try StressFile.content(try StressJSON(report).data()) else {
                Issue.record("no report")
                return
            }
            #expect(back == report)
        }
    }

    @Test func `a sum and JSON of others are told from a shard`() throws {
        let sum = try StressJSON(try SampleStress.report { $0.mergedFrom = 3 }).data()
        guard case .merged = try StressFile.content(sum) else {
            Issue.record("no sum")
            return
        }
        for other in ["{\"schemaVersion\": 1, \"cases\": []}", "[]", "{\"kind\": \"verify\"}", "{\"kind\": 5}"] {
            guard case .other = try StressFile.content(Data(other.utf8)) else {
                Issue.record("\(other) is no report")
                return
            }
        }
    }

    /// A place in the sample's text, what stands there instead, and how the error begins.
    static let edits: [(String, String, String)] = [
        ("\"sent\" : 1234", "\"sent\" : -1", "counts.sent: expected a number from 0 to 90000000000000"),
        ("\"sent\" : 1234", "\"sent\" : 1.5", "counts.sent: "),
        ("\"sent\" : 1234", "\"sent\" : 9223372036854775807", "counts.sent: expected a number from 0"),
        ("\"sent\" : 1234", "\"sent\" : 1e999", ""),
        ("\"sent\" : 1234", "\"sent\" : null", "counts.sent: null where there must be a value"),
        ("\"sent\" : 1234", "\"sended\" : 1234", "counts.sent: the key is missing"),
        ("\"at\" : 2.002", "\"at\" : \"2\"", "timeline[1].at: "),
        ("\"at\" : 2.002", "\"at\" : 1e300", "timeline[1].at: expected a number from 0"),
        ("\"to\" : null", "\"till\" : null", "faults[1].to: the key is missing"),
        ("\"shard\" : \"2/3\"", "\"shard\" : \"4/3\"", "shard: expected K/N"),
        ("\"p99 < 1s\"", "\"p99\"", "thresholds[0].threshold: expected a measure"),
        ("\"schemaVersion\" : 1", "\"schemaVersion\" : 2", "schemaVersion: expected 1, got 2"),
        ("\"histogram\" : \"HIST", "\"histogram\" : \"FIST", "response.histogram: this is no V2 histogram"),
        ("\"websocket\" : 80", "\"websocket\" : -80", "counts.openedOn.websocket: expected a number from 0"),
    ]

    @Test(arguments: edits)
    func `a damaged field is named`(place: String, instead: String, error: String) throws {
        let text = String(decoding: try StressJSON(try SampleStress.report()).data(), as: UTF8.self)
        let range = try #require(text.range(of: place), "the sample has \(place)")
        let edited = Data(text.replacingCharacters(in: range, with: instead).utf8)
        let thrown = #expect(throws: StressFileError.self) { try StressFile.content(edited) }
        #expect(thrown?.description.hasPrefix(error) == true, "\(thrown.map(\.description) ?? "nothing")")
    }

    @Test func `a text that is cut anywhere is an error, never a trap`() throws {
        let data = try StressJSON(try SampleStress.report()).data()
        for length in stride(from: 0, to: data.count - 2, by: 997) {
            #expect(throws: StressFileError.self) { try StressFile.content(data.prefix(length)) }
        }
    }

    @Test func `a histogram of another layout, and nests without end, are refused`() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: StressFileError.self) { try StressFile.content(Data(deep.utf8)) }
        let nest = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
        #expect(throws: StressFileError.self) {
            try StressFile.content(Data("{\"kind\": \"stress\", \"schemaVersion\": 1, \"counts\": \(nest)}".utf8))
        }
    }
}
