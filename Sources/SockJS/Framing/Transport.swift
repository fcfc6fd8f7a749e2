/// The last segment of a session URL.
public enum Transport: String, Sendable, Hashable, CaseIterable {
    /// `websocket`: framed messages over a WebSocket.
    case websocket
    /// `xhr`: one poll, one frame.
    case xhr
    /// `xhr_send`: messages of the client.
    case xhrSend = "xhr_send"
    /// `xhr_streaming`: many frames in one answer.
    case xhrStreaming = "xhr_streaming"
    /// `eventsource`: frames as server-sent events.
    case eventsource
    /// `htmlfile`: frames as script elements.
    case htmlfile
    /// `jsonp`: one frame as a script.
    case jsonp
    /// `jsonp_send`: messages of the client from a form.
    case jsonpSend = "jsonp_send"
}
