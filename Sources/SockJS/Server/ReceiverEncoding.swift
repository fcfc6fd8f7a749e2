/// How an answer of a receiving transport carries frames.
public enum ReceiverEncoding: Sendable, Hashable {
    /// `xhr`: one frame and a line feed.
    case poll
    /// `xhr_streaming`: a prelude that makes browsers show what follows, then frames on lines of their own.
    case stream
    /// `eventsource`: one server-sent event for each frame.
    case eventSource
    /// `htmlfile`: a page that calls the callback of its parent, then a script element for each frame.
    case htmlFile(callback: String)
    /// `jsonp`: one call of the callback.
    case jsonp(callback: String)

    /// The transport's name in sockjs-client.
    public var name: String {
        switch self {
        case .poll: "xhr-polling"
        case .stream: "xhr-streaming"
        case .eventSource: "eventsource"
        case .htmlFile: "htmlfile"
        case .jsonp: "jsonp-polling"
        }
    }

    /// Whether an answer ends with its first frame.
    var carriesOneFrame: Bool {
        switch self {
        case .poll, .jsonp: true
        case .stream, .eventSource, .htmlFile: false
        }
    }

    /// What comes before the first frame; empty if nothing does.
    public var prelude: [UInt8] {
        switch self {
        case .poll, .jsonp: []
        case .stream: Self.streamPrelude
        case .eventSource: [0x0D, 0x0A]
        case .htmlFile(let callback): Self.htmlPage(callback)
        }
    }

    /// The frame as it stands in the answer; goes out in one piece.
    public func encoded(_ frame: SockJSFrame) -> [UInt8] {
        switch self {
        case .poll, .stream:
            var bytes = frame.bytes
            bytes.append(0x0A)
            return bytes
        case .eventSource:
            let text = frame.bytes
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count + 16)
            bytes.append(contentsOf: "data: ".utf8)
            Self.appendEventText(text, to: &bytes)
            bytes.append(contentsOf: "\r\n\r\n".utf8)
            return bytes
        case .htmlFile:
            let text = frame.bytes
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count + text.count / 8 + 40)
            bytes.append(contentsOf: "<script>\np(".utf8)
            JSONQuoting.plain.append(text, to: &bytes)
            bytes.append(contentsOf: ");\n</script>\r\n".utf8)
            return bytes
        case .jsonp(let callback):
            let text = frame.bytes
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count + text.count / 8 + callback.utf8.count + 32)
            bytes.append(contentsOf: "/**/".utf8)
            bytes.append(contentsOf: callback.utf8)
            bytes.append(UInt8(ascii: "("))
            JSONQuoting.plain.append(text, to: &bytes)
            bytes.append(contentsOf: ");\r\n".utf8)
            return bytes
        }
    }

    /// What would end an event's line is escaped, and so is the mark of escapes.
    private static func appendEventText(_ text: [UInt8], to bytes: inout [UInt8]) {
        var start = 0
        for offset in text.indices where text[offset] <= UInt8(ascii: "%") {
            let escape: StaticString
            switch text[offset] {
            case UInt8(ascii: "%"): escape = "%25"
            case 0x0D: escape = "%0D"
            case 0x0A: escape = "%0A"
            case 0x00: escape = "%00"
            default: continue
            }
            bytes.append(contentsOf: text[start..<offset])
            bytes.append(contentsOf: UnsafeBufferPointer(start: escape.utf8Start, count: escape.utf8CodeUnitCount))
            start = offset + 1
        }
        bytes.append(contentsOf: text[start...])
    }

    private static let streamPrelude = [UInt8](repeating: UInt8(ascii: "h"), count: 2048) + [0x0A]

    private static func htmlPage(_ callback: String) -> [UInt8] {
        func page(_ callback: String) -> String {
            """
            <!doctype html>
            <html><head>
              <meta http-equiv="X-UA-Compatible" content="IE=edge" />
              <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
            </head><body><h2>Don't panic!</h2>
              <script>
                document.domain = document.domain;
                var c = parent.\(callback);
                c.start();
                function p(d) {c.message(d);};
                window.onload = function() {c.stop();};
              </script>
            """
        }
        // Internet Explorer showed nothing before 1024 bytes. sockjs-node counts with its placeholder in the callback's place.
        let padding = 1024 - page("{{ callback }}").utf8.count + 13
        return Array(page(callback).utf8) + [UInt8](repeating: 0x20, count: padding) + Array("\r\n\r\n".utf8)
    }
}
