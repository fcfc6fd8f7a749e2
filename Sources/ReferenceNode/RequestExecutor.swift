import NIOCore
import Wire

/// What a server does with requests; used on one event loop only.
protocol RequestExecutor: AnyObject {
    /// How many bytes of the body to keep; nil only counts them.
    func bodyLimit(of head: RequestHead) -> Int?
    /// What takes the connection over behind the head of this request, its body to come; nil to have it run.
    func relay(of request: HTTPRequest) -> AppRelay?
    /// Runs a request.
    func execute(_ request: HTTPRequest) -> Execution
    /// Writes header fields of every answer to it, each with its line end.
    func writeStamp(for head: RequestHead?, to bytes: inout ByteBuffer)
    /// How much later than due an answer is written.
    var answerDelay: TimeAmount? { get }
    /// How long its connections are waited for.
    var connectionTimes: ConnectionTimes { get }
}

extension RequestExecutor {
    func relay(of request: HTTPRequest) -> AppRelay? { nil }
}

/// How a request is answered.
enum Execution {
    case respond(HTTPResponse)
    /// This answer, once the effect has happened.
    case respondAfter(HTTPResponse, effect: () -> Void)
    /// The answer, of this status unless something fails, comes later; start with this.
    case later(status: Int, (PendingReply) -> Void)
    /// The head, and what writes the body piece by piece.
    case stream(HTTPResponse, (AnswerStream) -> Void)
    /// 101 with these fields; the handler takes the connection over after the head is given to it.
    case upgrade(HTTPResponse, (ByteBuffer) -> WebSocketHandler)
    /// Never.
    case silence
}

/// An answer that is still to come.
final class PendingReply {
    private var deliver: ((HTTPResponse) -> Void)?
    /// Called once if the connection is lost before the answer.
    var onAbort: (() -> Void)?

    init(_ deliver: @escaping (HTTPResponse) -> Void) { self.deliver = deliver }

    /// Answers, once.
    func complete(_ response: HTTPResponse) {
        let deliver = self.deliver
        self.deliver = nil
        onAbort = nil
        deliver?(response)
    }

    func abort() {
        let abort = onAbort
        deliver = nil
        onAbort = nil
        abort?()
    }
}
