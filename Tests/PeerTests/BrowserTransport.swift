/// A transport as sockjs-client names it, in the order of its own list.
enum BrowserTransport: String, CaseIterable, Sendable {
    case webSocket = "websocket"
    case xhrStreaming = "xhr-streaming"
    case eventSource = "eventsource"
    case iframeEventSource = "iframe-eventsource"
    case htmlFile = "htmlfile"
    case iframeHTMLFile = "iframe-htmlfile"
    case xhrPolling = "xhr-polling"
    case iframeXHRPolling = "iframe-xhr-polling"
    case jsonpPolling = "jsonp-polling"

    /// Whether frames come as script elements of a page.
    var isHTML: Bool { self == .htmlFile || self == .iframeHTMLFile }
}
