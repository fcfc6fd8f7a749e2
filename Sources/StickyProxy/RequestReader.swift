import NIOCore
import Wire

/// Reads the requests of one client connection, part by part, when they are asked for.
struct RequestReader {
    private var parser: RequestParser
    private let limits: Behavior.Limits
    private var isWithinRequest = false
    /// How many heads were read.
    private(set) var heads = 0

    init(_ limits: Behavior.Limits, lengths: Behavior.Requests.Lengths) {
        self.limits = limits
        parser = RequestParser(passesTwoLengths: lengths == .bothPassed)
    }

    /// Bytes that were received and not yet read.
    var unreadBytes: Int { parser.unreadBytes }

    mutating func receive(_ bytes: ByteBuffer) { parser.receive(bytes) }

    /// What was received and not yet read, for whoever reads on.
    mutating func takeRest() -> ByteBuffer { parser.takeRest() }

    /// The next part; nil if more bytes are needed. Throws the answer to bytes that are no request; nothing behind them
    /// can be trusted.
    mutating func next() throws(RequestFault) -> RequestPart? {
        let unread = parser.unreadBytes
        let event: RequestParser.Event?
        do throws(HTTPSyntaxError) {
            event = try parser.next()
        } catch {
            throw RequestFault(answer: .malformed(error))
        }
        switch event {
        case .head(let head):
            guard unread - parser.unreadBytes <= limits.headBytes, head.fieldCount <= limits.headFields else {
                throw RequestFault(answer: .headTooLarge)
            }
            isWithinRequest = true
            heads += 1
            return .head(head)
        case .body(let bytes): return .body(bytes)
        case .end:
            isWithinRequest = false
            return .end
        case nil:
            guard isWithinRequest || unread <= limits.headBytes else { throw RequestFault(answer: .headTooLarge) }
            return nil
        }
    }
}

/// What a request comes in.
enum RequestPart: Sendable, Equatable {
    /// Method, target and fields.
    case head(RequestHead)
    /// More of the body.
    case body(ByteBuffer)
    /// The request is complete.
    case end
}

/// Why a client's connection must end, as the answer to give if one can still be given.
struct RequestFault: Error, Equatable {
    var answer: LocalAnswer
}
