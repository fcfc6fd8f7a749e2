/// Reads frames out of the body of a receive request, whatever the split of its bytes.
///
/// It keeps the bytes of one unfinished frame at most, and of these no more than `byteLimit`. After an error it reads
/// nothing more.
public struct ResponseDecoder: Sendable {
    /// What a body is made of.
    public enum Item: Sendable, Hashable {
        /// What comes before the frames: 2048 `h`, an empty line, the head of an HTML page; so many bytes.
        case prelude(bytes: Int)
        /// A frame.
        case frame(SockJSFrame)
    }

    private enum Form: Sendable {
        case lines(LineFrames)
        case events(ServerSentEvents)
        case scripts(ScriptElements)
        case call(ScriptCall)
        /// While one of the others is at work: its bytes must not be held twice, or each read would copy them.
        case busy
    }

    private var form: Form
    private var error: SockJSFrameError?

    /// Whether something else than a frame came; then nothing more is read.
    public var hasFailed: Bool { error != nil }

    /// A decoder for one answer to this receive request.
    /// - Parameter callback: the name given as `c=`, for `htmlfile` and `jsonp`.
    public init(_ transport: Transport, callback: String = "", byteLimit: Int = 32 << 20) {
        form =
            switch transport {
            case .xhrStreaming: .lines(LineFrames(isStream: true, byteLimit: byteLimit))
            case .eventsource: .events(ServerSentEvents(byteLimit: byteLimit))
            case .htmlfile: .scripts(ScriptElements(callback: callback, byteLimit: byteLimit))
            case .jsonp: .call(ScriptCall(callback: callback, byteLimit: byteLimit))
            case .xhr, .websocket, .xhrSend, .jsonpSend: .lines(LineFrames(isStream: false, byteLimit: byteLimit))
            }
    }

    /// Takes more of the body and appends what it reads, also what stands before an error. The error says what came
    /// instead of a frame.
    public mutating func receive(
        _ bytes: some Sequence<UInt8>, into items: inout [Item]
    ) throws(SockJSFrameError) {
        try read { form throws(SockJSFrameError) in
            switch form {
            case .lines(var lines):
                form = .busy
                defer { form = .lines(lines) }
                try lines.receive(bytes, into: &items)
            case .events(var events):
                form = .busy
                defer { form = .events(events) }
                try events.receive(bytes, into: &items)
            case .scripts(var scripts):
                form = .busy
                defer { form = .scripts(scripts) }
                try scripts.receive(bytes, into: &items)
            case .call(var call):
                form = .busy
                defer { form = .call(call) }
                try call.receive(bytes)
            case .busy: break
            }
        }
    }

    /// The body is complete; appends what its end says. Whatever is left of an unfinished frame is an error.
    public mutating func finish(into items: inout [Item]) throws(SockJSFrameError) {
        try read { form throws(SockJSFrameError) in
            switch form {
            case .lines(let lines): try lines.finish()
            case .events(let events): try events.finish()
            case .scripts(let scripts): try scripts.finish()
            case .call(let call): items.append(try call.finish())
            case .busy: break
            }
        }
    }

    private mutating func read(
        _ body: (inout Form) throws(SockJSFrameError) -> Void
    ) throws(SockJSFrameError) {
        if let error { throw error }
        do {
            try body(&form)
        } catch {
            self.error = error
            throw error
        }
    }
}
