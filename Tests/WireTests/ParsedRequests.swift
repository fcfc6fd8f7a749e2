import NIOCore
import NIOHTTP1
import Wire

/// What a parser made of some bytes, in a form that can be compared.
struct ParsedRequests: Equatable, CustomStringConvertible {
    var lines: [String] = []
    var error: HTTPSyntaxError?
    var rest = ""

    var description: String { lines.joined(separator: "|") + (error.map { " \($0)" } ?? "") + " [\(rest)]" }

    /// Gives the parser these pieces one after another; pieces of a body are joined, since splits show in them.
    init(_ pieces: [ArraySlice<UInt8>]) {
        var parser = RequestParser()
        var body = ByteBuffer()
        do throws(HTTPSyntaxError) {
            for piece in pieces {
                parser.receive(ByteBuffer(bytes: piece))
                while let event = try parser.next() {
                    switch event {
                    case .head(let head):
                        let fields = head.allFields.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
                        lines.append("\(head.method.rawValue) \(head.target) \(head.version.minor) \(fields)")
                    case .body(let bytes): body.writeImmutableBuffer(bytes)
                    case .end:
                        lines.append("body:" + String(buffer: body))
                        body = ByteBuffer()
                    }
                }
            }
        } catch {
            self.error = error
        }
        rest = String(buffer: body) + String(buffer: parser.takeRest())
    }

    init(_ text: String) { self.init([ArraySlice(text.utf8)]) }
}
