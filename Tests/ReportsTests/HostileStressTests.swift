import Foundation
import StressResults
import TestSupport
import Testing

@testable import Reports

/// Files that somebody else has changed: they are refused, or there is a report of them in every format.
@Suite struct HostileStressTests {
    /// What may stand where a number stood.
    static let numbers = [
        "0", "1", "5e-324", "1e-9", "0.5", "12345678901", "30000000000000", "90000000000000", "90000000000001", "1e300",
        "-1", "null", "true", "\"x\"", "[]", "{}",
    ]

    @Test func `whatever stands where numbers stood, a file is refused or can be told of`() throws {
        let text = String(decoding: try StressJSON(try SampleStress.report()).data(), as: UTF8.self)
        let places = text.ranges(of: /: \d[\d.]*/)
        #expect(places.count > 80)
        var accepted = 0
        for (index, place) in places.enumerated() {
            // Some of them at each place, all of them at some.
            for turn in 0..<2 {
                let number = Self.numbers[(index * 2 + turn) % Self.numbers.count]
                let edited = text.replacingCharacters(in: place, with: ": \(number)")
                guard let report = try Self.report(edited) else { continue }
                accepted += 1
                // It takes a while to tell of one.
                if accepted.isMultiple(of: 12) { try Self.tell(report) }
            }
        }
        #expect(accepted > 40)
    }

    @Test func `whatever bytes are changed, a file is refused or can be told of`() throws {
        let bytes = Array(try StressJSON(try SampleStress.report()).data())
        var generator = SplitMix(state: 15)
        for _ in 0..<60 {
            var edited = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: edited.indices, using: &generator)
                edited[place] = UInt8.random(in: 32...126, using: &generator)
            }
            if let report = try Self.report(String(decoding: edited, as: UTF8.self)) { try Self.tell(report) }
        }
    }

    @Test func `numbers that overflow only together are refused`() throws {
        let text = String(decoding: try StressJSON(try SampleStress.report()).data(), as: UTF8.self)
        let many = (0..<3).map { "\"\($0)\" : 80000000000000" }.joined(separator: ", ")
        let edited = text.replacing("\"message-lost\" : 12", with: many)
        let error = #expect(throws: StressFileError.self) { try StressFile.content(Data(edited.utf8)) }
        #expect(error?.field == "counts.violations")
    }

    /// The report in this text; nil where it is refused.
    static func report(_ text: String) throws -> StressReport? {
        do throws(StressFileError) {
            guard case .report(let report) = try StressFile.content(Data(text.utf8)) else { return nil }
            return report
        } catch {
            #expect(!error.description.isEmpty)
            return nil
        }
    }

    /// Tells of it in all ways, and adds it to itself.
    static func tell(_ report: StressReport) throws {
        #expect(!StressSummary(isColored: true, isVerbose: true).text(report).isEmpty)
        #expect(!StressPage(report).data().isEmpty && StressPage(report).data().count < 1_000_000)
        #expect(!StressJUnit(report).data().isEmpty)
        #expect(!StressPrometheus(report).data().isEmpty)
        #expect(try !StressJSON(report).data().isEmpty)
        // The histograms of seconds are read only by those who need them, and may be none.
        _ = try? StressLog(report).data()
        var other = report
        other.result.shard = report.result.shard.number == 1 ? report.result.shard : .whole
        _ = try? StressReport.merging([StressPart(name: "one", report: other)])
    }
}
