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

extension Transport {
    /// The transport of this name. By its length first, since comparing strings with each name costs more than the rest
    /// of a path.
    init?(bytes name: UnsafeBufferPointer<UInt8>) {
        let candidates: (Transport, Transport?)
        switch name.count {
        case 3: candidates = (.xhr, nil)
        case 5: candidates = (.jsonp, nil)
        case 8: candidates = (.xhrSend, .htmlfile)
        case 9: candidates = (.websocket, nil)
        case 10: candidates = (.jsonpSend, nil)
        case 11: candidates = (.eventsource, nil)
        case 13: candidates = (.xhrStreaming, nil)
        default: return nil
        }
        if name.elementsEqual(candidates.0.rawValue.utf8) {
            self = candidates.0
        } else if let other = candidates.1, name.elementsEqual(other.rawValue.utf8) {
            self = other
        } else {
            return nil
        }
    }
}
