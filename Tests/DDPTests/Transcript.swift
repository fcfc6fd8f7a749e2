/// A recorded dialogue of fixtures/ddp.
struct Transcript: Sendable {
    struct Exchange: Sendable {
        var sent: String
        /// Session ids are replaced by SESSION, and a close is CLOSE.
        var received: [String] = []
    }

    var title: String
    var exchanges: [Exchange] = []

    static func handshakes() throws -> [Transcript] { try read("ddp-wire-handshake.txt") }

    static func messages() throws -> Transcript {
        let transcripts = try read("ddp-wire-messages.txt")
        return Transcript(title: "messages", exchanges: transcripts.flatMap(\.exchanges))
    }

    private static func read(_ name: String) throws -> [Transcript] {
        var transcripts: [Transcript] = []
        var current = Transcript(title: name)
        for line in try Fixture.text(name).split(separator: "\n") {
            if line.hasPrefix("--- ") {
                transcripts.append(current)
                current = Transcript(title: String(line.dropFirst(4)))
            } else if line.hasPrefix(">> ") {
                current.exchanges.append(Exchange(sent: String(line.dropFirst(3))))
            } else if !current.exchanges.isEmpty, line.hasPrefix("<< ") {
                let session = /"session":"[^"]{17}"/
                current.exchanges[current.exchanges.count - 1].received.append(
                    String(line.dropFirst(3)).replacing(session, with: #""session":"SESSION""#))
            } else if !current.exchanges.isEmpty, line.hasPrefix("CLOSED 1000") {
                current.exchanges[current.exchanges.count - 1].received.append("CLOSE")
            }
        }
        transcripts.append(current)
        return transcripts.filter { !$0.exchanges.isEmpty }
    }
}
