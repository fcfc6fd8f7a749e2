import Claims
import Foundation
import History
import Testing

@Suite("A history file is a header and one event a line")
struct HistoryFileTests {
    static let header = HistoryHeader(
        toolVersion: "1", target: .init(kind: "balancer", name: "nginx", config: "default"),
        startedAt: "2026-01-02T03:04:05Z", seed: .max, plan: ["a/b"], catalogue: 7,
        claims: ClaimSheet(directives: [.fallback: "a directive"]))
    static let headerLine =
        #"{"catalogue":7,"claims":{"directives":{"fallback":"a directive"},"omissions":{},"remedies":{},"#
        + #""sayings":[]},"durationSeconds":0,"notes":[],"plan":["a/b"],"schemaVersion":2,"#
        + #""seed":18446744073709551615,"startedAt":"2026-01-02T03:04:05Z","#
        + #""target":{"config":"default","kind":"balancer","name":"nginx"},"timeScale":1,"toolVersion":"1","#
        + #""without":[]}"#

    static func file(_ lines: String...) throws -> HistoryFile {
        try HistoryFile(jsonLines: Data(lines.joined(separator: "\n").utf8))
    }

    @Test("Each kind of event is written as its line, and read from it", arguments: EventSample.all)
    func events(_ sample: EventSample) throws {
        let file = HistoryFile(header: Self.header, runs: ["a/b": RunHistory(events: [sample.event])])
        let text = "\(Self.headerLine)\n\(sample.line)\n"
        #expect(String(decoding: try file.jsonLines(), as: UTF8.self) == text)
        #expect(try Self.file(text) == file)
    }

    @Test("The table above holds every kind of event")
    func everyKind() {
        #expect(Set(EventSample.all.map { "\($0.event.kind)".prefix { $0 != "(" } }).count == 28)
    }

    @Test("Events of several cases come in the order of the plan, then those outside it, each once")
    func order() throws {
        let event = HistoryEvent(
            time: HistoryTime(nanoseconds: 1), actor: .lab, kind: .phase(Phase(name: "p")))
        var header = Self.header
        header.plan = ["z/1", "a/1", "z/1"]
        let run = RunHistory(events: [event])
        let file = HistoryFile(header: header, runs: ["a/1": run, "z/1": run, "c/1": run, "b/1": run])
        let text = String(decoding: try file.jsonLines(), as: UTF8.self)
        let cases = text.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\"").dropFirst(7).first }
        #expect(cases == ["z/1", "a/1", "b/1", "c/1"])
        #expect(try HistoryFile(jsonLines: Data(text.utf8)) == file)
    }

    @Test("Blank lines and line ends of other systems are passed over")
    func blankLines() throws {
        let sample = EventSample.all[0]
        let file = try Self.file("", Self.headerLine + "\r", "", sample.line + "\r", "")
        #expect(file.runs == ["a/b": RunHistory(events: [sample.event])])
    }

    static let good = EventSample.all[0].line
    static let broken: [(lines: [String], line: Int)] = [
        ([], 1),
        (["", ""], 1),
        (["nonsense"], 1),
        (["{}"], 1),
        ([#"{"schemaVersion":1}"#, good], 1),
        ([headerLine, "nonsense"], 2),
        ([headerLine, good, "{}"], 3),
        ([headerLine, "", "", good, String(good.dropLast())], 5),
        ([headerLine, good.replacingOccurrences(of: "phase", with: "haze")], 2),
        ([headerLine, good.replacingOccurrences(of: "\"case\":\"a/b\",", with: "")], 2),
        ([headerLine, good.replacingOccurrences(of: ":12", with: ":1e99")], 2),
        ([headerLine, headerLine], 2),
        ([headerLine, "\u{fffd}"], 2),
    ]

    @Test("An error names the line", arguments: broken)
    func errors(_ lines: [String], line: Int) {
        let error = #expect(throws: HistoryFileError.self) {
            try HistoryFile(jsonLines: Data(lines.joined(separator: "\n").utf8))
        }
        #expect(error?.line == line)
        #expect(error?.description.hasPrefix("history line \(line) can't be read: ") == true)
    }

    @Test("A file of another version is refused by its version, whatever else is new in it")
    func version() {
        let error = #expect(throws: HistoryFileError.self) {
            try Self.file(#"{"schemaVersion":1,"new":true}"#, #"{"kind":"unheard-of"}"#)
        }
        #expect(error?.reason == "schemaVersion is 1, this build reads 2")
    }

    @Test(
        "An actor is lab, client/NAME or node/ID",
        arguments: [
            ("lab", .lab), ("client/c", .client("c")), ("client/a/b", .client("a/b")), ("node/n1", .node("n1")),
            ("", nil), ("/lab", nil), ("lab/", nil), ("client", nil), ("proxy/p", nil), ("Lab", nil),
        ] as [(String, HistoryActor?)])
    func actors(_ text: String, _ actor: HistoryActor?) throws {
        let data = try JSONEncoder().encode([text])
        guard let actor else {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([HistoryActor].self, from: data) }
            return
        }
        #expect(try JSONDecoder().decode([HistoryActor].self, from: data) == [actor])
        #expect(actor.description == text)
    }
}
