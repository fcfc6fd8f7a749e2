import Foundation
import Stickler

/// What a run is to write, beside what it says on the console.
struct OutputFiles: Sendable {
    private var reports: [(format: ReportFormat, place: OutputPlace)] = []
    private var history: OutputPlace?

    init(reports: [String], history: String?) throws(VerificationError) {
        for text in reports {
            let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, let format = ReportFormat(rawValue: halves[0]) else {
                let known = ReportFormat.allCases.map { "\($0.rawValue)=PATH" }.joined(separator: " or ")
                throw .usage("--report \(text): write \(known)")
            }
            self.reports.append((format, OutputPlace(halves[1])))
        }
        self.history = history.map(OutputPlace.init)
        var seen: Set<OutputPlace> = []
        for place in places where !seen.insert(place).inserted {
            throw .usage("\(place.name) is given twice; give each file its own path, and standard output to one alone")
        }
    }

    private var places: [OutputPlace] { reports.map(\.place) + [history].compactMap { $0 } }

    /// Whether standard output belongs to one of them, so that the console has to go elsewhere.
    var takesStandardOutput: Bool { places.contains(.standardOutput) }

    /// Tries them before the run starts, so that a wrong path shows before the work is done.
    func check() throws(VerificationError) {
        for place in places { try place.check() }
    }

    /// Writes all of them; throws what went wrong first when the others are written.
    func write(_ outcome: Verification.Outcome) throws {
        var problem: (any Error)?
        for (format, place) in reports {
            do {
                try place.write(try format.data(outcome.report))
            } catch {
                problem = problem ?? error
            }
        }
        if let history { try history.write(try outcome.history.jsonLines()) }
        if let problem { throw problem }
    }

    /// Puts a report of a run that came to nothing in the place of an older one.
    func write(problem report: RunReport) {
        for (format, place) in reports {
            // What can't be written either is told by the error that is on its way to the terminal.
            try? place.write(try format.data(report))
        }
    }
}
