import Foundation
import Stickler

/// The formats of a kind of report.
protocol OutputFormat: RawRepresentable<String>, CaseIterable, Sendable {
    associatedtype Report

    func data(_ report: Report) throws -> Data
}

extension ReportFormat: OutputFormat {}
extension StressFormat: OutputFormat {}

/// What a run is to write, beside what it says on the console.
struct OutputFiles<Format: OutputFormat>: Sendable {
    private var reports: [(format: Format, place: OutputPlace)] = []
    private var history: OutputPlace?

    init(reports: [String], history: String? = nil) throws(VerificationError) {
        for text in reports {
            let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, let format = Format(rawValue: halves[0]) else {
                throw .usage("--report \(text): write \(Self.known)")
            }
            self.reports.append((format, OutputPlace(halves[1])))
        }
        self.history = history.map(OutputPlace.init)
        var seen: Set<OutputPlace> = []
        for place in places where !seen.insert(place).inserted {
            throw .usage("\(place.name) is given twice; give each file its own path, and standard output to one alone")
        }
    }

    /// All formats, in words.
    private static var known: String {
        var forms = Format.allCases.map { "\($0.rawValue)=PATH" }
        let last = forms.removeLast()
        return forms.isEmpty ? last : "\(forms.joined(separator: ", ")) or \(last)"
    }

    private var places: [OutputPlace] { reports.map(\.place) + [history].compactMap { $0 } }

    /// Whether standard output belongs to one of them, so that the console has to go elsewhere.
    var takesStandardOutput: Bool { places.contains(.standardOutput) }

    /// Tries them before the run starts, so that a wrong path shows before the work is done.
    func check() throws(VerificationError) {
        for place in places { try place.check() }
    }

    /// Writes all of them; throws what went wrong first when the others are written.
    func write(_ report: Format.Report, history file: HistoryFile? = nil) throws {
        var problem: (any Error)?
        for (format, place) in reports {
            do {
                try place.write(try format.data(report))
            } catch {
                problem = problem ?? error
            }
        }
        if let history, let file { try history.write(try file.jsonLines()) }
        if let problem { throw problem }
    }

    /// Puts a report of a run that came to nothing in the place of an older one.
    func write(problem report: Format.Report) {
        for (format, place) in reports {
            // What can't be written either is told by the error that is on its way to the terminal.
            try? place.write(try format.data(report))
        }
    }
}
