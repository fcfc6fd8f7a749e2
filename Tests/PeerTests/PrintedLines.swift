import Foundation
import NIOPosix
import Wire

/// What a foreign program prints: a JSON object on each line. Other lines, such as what a library logs when its connection
/// is cut, are told when something is missing.
final class PrintedLines: Sendable {
    private let mailbox = Mailbox<String>(limit: 1_000)
    private let tail = LineTail()

    func append(_ line: String) {
        tail.append(line)
        if line.hasPrefix("{") { mailbox.send(line) }
    }

    /// Nothing follows; `reason` says why.
    func finish(_ reason: String) { mailbox.finish(.closed(reason)) }

    /// The next value, once it is there.
    func next<Line: Decodable>(_ type: Line.Type = Line.self) async throws -> Line {
        let text: String
        do {
            text = try await mailbox.next(
                within: .seconds(30), on: MultiThreadedEventLoopGroup.singleton.next(), awaiting: "a line")
        } catch {
            throw unexpected("\(error)")
        }
        return try decode(text)
    }

    /// All values that are there and not taken yet.
    func rest<Line: Decodable>(of type: Line.Type = Line.self) throws -> [Line] {
        var values: [Line] = []
        while let text = mailbox.takeReady() { values.append(try decode(text)) }
        return values
    }

    /// An error with all that was printed.
    func unexpected(_ what: String) -> Unexpected { Unexpected(description: "\(what); it printed:\n\(tail.text)") }

    struct Unexpected: Error, CustomStringConvertible {
        var description: String
    }

    private func decode<Line: Decodable>(_ text: String) throws -> Line {
        do {
            return try JSONDecoder().decode(Line.self, from: Data(text.utf8))
        } catch {
            throw unexpected("expected \(Line.self), got \(text): \(error)")
        }
    }
}
