package import Foundation
package import StressResults

/// The report of a stress run as JSON, schema version 1. ``StressFile`` reads it back.
package struct StressJSON: Sendable {
    private let report: StressReport

    /// The JSON form of this report.
    package init(_ report: StressReport) { self.report = report }

    /// The text, UTF-8, ending with a line feed.
    package func data() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(try StressDocument(report)) + Data("\n".utf8)
    }
}
