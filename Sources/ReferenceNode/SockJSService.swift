import DDP
import NIOCore
import NIOHTTP1
import SockJS
import Wire

/// A SockJS service of the node: its URLs, and what runs above its sessions.
final class SockJSService: Sendable {
    let endpoint: SockJSEndpoint
    let application: SessionApplication.Kind

    var options: ServerOptions { endpoint.options }

    private init(_ options: ServerOptions, _ application: SessionApplication.Kind) {
        endpoint = SockJSEndpoint(options)
        self.application = application
    }

    /// Meteor's, with DDP under `/sockjs`, those of the SockJS test suite, and two whose heartbeats follow the time scale:
    /// `/idle`, an echo, and `/quiet`, DDP with Meteor's options.
    static func all(_ configuration: NodeConfiguration) -> [SockJSService] {
        func options(_ preset: ServerOptions, _ adjust: (inout ServerOptions) -> Void = { _ in }) -> ServerOptions {
            var options = preset
            if let url = configuration.sockJSClientURL { options.clientURL = url }
            if let timing = configuration.sockJSTiming { options.timing = timing }
            adjust(&options)
            return options
        }
        return [
            SockJSService(options(.meteor()), .ddp(.meteorServer)),
            SockJSService(options(.sockJS(prefix: "/echo")) { $0.responseLimit = 4096 }, .echo),
            SockJSService(options(.sockJS(prefix: "/disabled_websocket_echo")) { $0.offersWebSocket = false }, .echo),
            SockJSService(options(.sockJS(prefix: "/cookie_needed_echo")) { $0.setsSessionCookie = true }, .echo),
            SockJSService(options(.sockJS(prefix: "/close")), .close),
            SockJSService(
                options(.sockJS(prefix: "/idle")) {
                    $0.timing.heartbeatDelay = $0.timing.heartbeatDelay * configuration.timeScale
                }, .echo),
            SockJSService(
                options(.meteor(prefix: "/quiet")) {
                    $0.timing.heartbeatDelay = $0.timing.heartbeatDelay * configuration.timeScale
                }, .ddp(.meteorServer.every(configuration.timeScale))),
        ]
    }
}

extension SockJSRequest {
    init(_ request: HTTPRequest, target: String) {
        let head = request.head
        self.init(
            method: head.method.rawValue, target: target, origin: head.first("origin"),
            requestedHeaders: head.first("access-control-request-headers"), cookie: head.first("cookie"),
            contentType: head.first("content-type"), ifNoneMatch: head.first("if-none-match"),
            body: Array(request.body.readableBytesView))
    }
}

extension HTTPResponse {
    init(_ response: SockJSResponse, at now: HTTPDate) {
        let (body, framing): ([UInt8], Framing) =
            switch response.body {
            case .none: ([], .sized)
            case .sized(let bytes): (bytes, .given)
            case .unsized(let bytes): (bytes, .chunked)
            }
        var fields = FieldLines(response.fields.lazy.map { ($0.name, $0.value) })
        fields.append("Date", now.description)
        self.init(
            status: response.status, fields: fields,
            body: body.isEmpty ? ByteBuffer() : ByteBuffer(bytes: body), framing: framing)
    }
}
