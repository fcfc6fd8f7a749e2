public import Foundation
import Reports
public import Verdicts

/// A report format for scripts.
public enum ReportFormat: String, CaseIterable, Sendable, Hashable {
    /// JSON, schema version 1.
    case json
    /// JUnit XML.
    case junit

    /// The report in this format.
    public func data(_ report: RunReport) throws -> Data {
        switch self {
        case .json: try JSONReport(report).data()
        case .junit: JUnitReport(report).data()
        }
    }
}
