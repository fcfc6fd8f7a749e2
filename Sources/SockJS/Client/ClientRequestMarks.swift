/// What tells one request of a client from another in their queries; servers ignore all but the callback.
///
/// | request | query |
/// |---|---|
/// | `/info`, `xhr`, `xhr_streaming`, `xhr_send` | `t=`, so that no cache answers: some browsers cache even a POST |
/// | `htmlfile`, `jsonp` | `c=`, what the answer calls |
/// | `jsonp_send` | `i=`, the frame that takes the answer |
/// | `websocket`, `eventsource`, `iframe.html` | none |
public struct ClientRequestMarks: Sendable, Hashable {
    /// The client's clock: milliseconds since 1970.
    public var milliseconds: Int64
    /// Name of a callback.
    public var callback: String
    /// Name of a frame.
    public var frame: String

    /// These marks.
    public init(milliseconds: Int64, callback: String, frame: String) {
        self.milliseconds = milliseconds
        self.callback = callback
        self.frame = frame
    }

    /// Names as clients make them, at this time of the client's clock: `_jp.a` and six, `a` and eight characters of `a` to
    /// `z` and `0` to `5`.
    public static func random(
        milliseconds: Int64, using generator: inout some RandomNumberGenerator
    ) -> ClientRequestMarks {
        ClientRequestMarks(
            milliseconds: milliseconds,
            callback: "_jp.a\(SessionPath.randomSession(using: &generator).prefix(6))",
            frame: "a\(SessionPath.randomSession(using: &generator))")
    }
}
