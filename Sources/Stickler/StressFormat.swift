public import Foundation
import Reports
public import StressResults

/// A format for the report of a stress run.
public enum StressFormat: String, CaseIterable, Sendable, Hashable {
    /// JSON, schema version 1; ``StressMerge`` reads it back.
    case json
    /// A log of HdrHistogram, version 2: the response times of each second, in microseconds.
    case hlog
    /// JUnit XML: a test for each threshold and kind of violation.
    case junit
    /// Prometheus text, version 0.0.4.
    case prom
    /// A page that asks for no other file.
    case html

    /// The report in this format.
    public func data(_ report: StressReport) throws -> Data {
        switch self {
        case .json: try StressJSON(report).data()
        case .hlog: try StressLog(report).data()
        case .junit: StressJUnit(report).data()
        case .prom: StressPrometheus(report).data()
        case .html: StressPage(report).data()
        }
    }
}
