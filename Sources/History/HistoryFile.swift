public import Foundation

/// Histories of several cases as JSON Lines: a header, then one event a line with the case it belongs to.
public struct HistoryFile: Sendable, Hashable {
    /// The first line.
    public var header: HistoryHeader
    /// History of each case, by case id.
    public var runs: [String: RunHistory]

    /// A file of these runs.
    public init(header: HistoryHeader, runs: [String: RunHistory]) {
        self.header = header
        self.runs = runs
    }

    private struct Version: Decodable {
        var schemaVersion: Int
    }

    private struct Line: Codable {
        var caseID: String
        var event: HistoryEvent

        enum Key: String, CodingKey { case caseID = "case" }

        init(caseID: String, event: HistoryEvent) {
            self.caseID = caseID
            self.event = event
        }
        init(from decoder: any Decoder) throws {
            self.caseID = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .caseID)
            self.event = try HistoryEvent(from: decoder)
        }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(caseID, forKey: .caseID)
            try event.encode(to: encoder)
        }
    }

    /// The whole file as JSON Lines, cases in the order of the plan, then those outside it.
    public func jsonLines() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = try encoder.encode(header)
        data.append(UInt8(ascii: "\n"))
        var waiting = runs
        for caseID in header.plan + runs.keys.sorted() {
            for event in waiting.removeValue(forKey: caseID)?.events ?? [] {
                data.append(try encoder.encode(Line(caseID: caseID, event: event)))
                data.append(UInt8(ascii: "\n"))
            }
        }
        return data
    }

    /// Reads a file; the error names the line that can't be read.
    public init(jsonLines data: Data) throws(HistoryFileError) {
        let decoder = JSONDecoder()
        var header: HistoryHeader?
        var events: [String: [HistoryEvent]] = [:]
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            do {
                if header == nil {
                    // Before all else: another version may lack what this one expects.
                    let version = try decoder.decode(Version.self, from: Data(line)).schemaVersion
                    guard version == HistoryHeader.currentVersion else {
                        throw HistoryFileError(
                            line: index + 1,
                            reason: "schemaVersion is \(version), this build reads \(HistoryHeader.currentVersion)")
                    }
                    header = try decoder.decode(HistoryHeader.self, from: Data(line))
                } else {
                    let line = try decoder.decode(Line.self, from: Data(line))
                    events[line.caseID, default: []].append(line.event)
                }
            } catch let error as HistoryFileError {
                throw error
            } catch {
                throw HistoryFileError(line: index + 1, reason: "\(error)")
            }
        }
        guard let header else { throw HistoryFileError(line: 1, reason: "the file is empty") }
        self.init(header: header, runs: events.mapValues(RunHistory.init(events:)))
    }
}

/// A history file that can't be read.
public struct HistoryFileError: Error, Hashable, CustomStringConvertible {
    /// Line number, from 1.
    public var line: Int
    /// What is wrong with it.
    public var reason: String
    /// In words, for people.
    public var description: String { "history line \(line) can't be read: \(reason)" }
}
