public import Foundation
import Reports
public import StressResults

/// A format for the report of a stress run.
public enum StressFormat: String, CaseIterable, Sendable, Hashable {
    /// JSON, schema version 1; ``StressMerge`` reads it back.
    case json

    /// The report in this format.
    public func data(_ report: StressReport) throws -> Data {
        switch self {
        case .json: try StressJSON(report).data()
        }
    }
}
