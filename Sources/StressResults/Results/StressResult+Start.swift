package import Foundation

extension StressResult {
    /// A moment as ``startedAt`` holds it.
    package static func text(of moment: Date) -> String {
        moment.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// When it began, in seconds from 1970 on; nil where ``startedAt``, which comes from a file, is no time.
    package var start: Double? {
        let styles = [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()]
        return styles.lazy.compactMap { try? $0.parse(startedAt) }.first?.timeIntervalSince1970
    }
}
