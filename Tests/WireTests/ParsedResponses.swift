import NIOCore
import NIOHTTP1
import Wire

/// What a parser made of some bytes, in a form that can be compared.
struct ParsedResponses: Equatable, CustomStringConvertible {
    var lines: [String] = []
    var error: HTTPSyntaxError?
    var rest = ""

    var description: String { lines.joined(separator: "|") + (error.map { " \($0)" } ?? "") + " [\(rest)]" }

    /// Gives the parser these pieces one after another, then the end of the connection; pieces of a body are joined,
    /// since splits show in them.
    init(_ pieces: [ArraySlice<UInt8>]) {
        var parser = ResponseParser()
        var body = ByteBuffer()
        do throws(HTTPSyntaxError) {
            for piece in pieces {
                parser.receive(ByteBuffer(bytes: piece))
                try take(&parser, &body)
            }
            parser.receiveEnd()
            try take(&parser, &body)
        } catch {
            self.error = error
        }
        rest = String(buffer: body) + String(buffer: parser.takeRest())
    }

    init(_ text: String) { self.init([ArraySlice(text.utf8)]) }

    private mutating func take(_ parser: inout ResponseParser, _ body: inout ByteBuffer) throws(HTTPSyntaxError) {
        while let event = try parser.next() {
            switch event {
            case .head(let head):
                let fields = head.allFields.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
                lines.append("\(head.status) \(head.version.minor) \(fields)")
            case .interim(let head): lines.append("\(head.status) interim")
            case .body(let bytes): body.writeImmutableBuffer(bytes)
            case .end:
                let trailers = parser.trailers.map { " \($0.name)=\($0.value)" }.joined()
                lines.append((parser.mayReuse ? "body:" : "last:") + String(buffer: body) + trailers)
                body = ByteBuffer()
            }
        }
    }
}
