/// A request of a session as a client makes it: everything but where it goes and who sends it.
public struct ClientRequestForm: Sendable, Hashable {
    /// HTTP method.
    public var method: String
    /// What follows `/SERVER/SESSION` in the target: the transport and a query.
    public var suffix: String
    /// Media type of the body; nil without one.
    public var contentType: String?
    /// The body.
    public var body: String

    /// The request for `/info`; its suffix follows the service's own path.
    public static func info(_ marks: ClientRequestMarks) -> ClientRequestForm {
        ClientRequestForm(method: "GET", suffix: "/info?t=\(marks.milliseconds)", contentType: nil, body: "")
    }

    /// The receive request of a transport over HTTP.
    public static func receive(_ transport: ClientTransport, _ marks: ClientRequestMarks) -> ClientRequestForm {
        let name = "/\(transport.receiving.rawValue)"
        return switch transport.receiving {
        case .xhr, .xhrStreaming:
            ClientRequestForm(method: "POST", suffix: "\(name)?t=\(marks.milliseconds)", contentType: nil, body: "")
        case .htmlfile, .jsonp:
            ClientRequestForm(method: "GET", suffix: "\(name)?c=\(marks.callback)", contentType: nil, body: "")
        default: ClientRequestForm(method: "GET", suffix: name, contentType: nil, body: "")
        }
    }

    /// A send request that carries these messages.
    public static func send(
        _ messages: [SockJSMessage], on transport: ClientTransport, _ marks: ClientRequestMarks
    ) -> ClientRequestForm {
        let json = ClientMessages.encode(messages)
        let name = "/\(transport.sending.rawValue)"
        guard transport.sending == .jsonpSend else {
            return ClientRequestForm(
                method: "POST", suffix: "\(name)?t=\(marks.milliseconds)", contentType: "text/plain;charset=UTF-8",
                body: json)
        }
        return ClientRequestForm(
            method: "POST", suffix: "\(name)?i=\(marks.frame)", contentType: "application/x-www-form-urlencoded",
            body: "d=\(formEscaped(json))")
    }

    /// As forms are sent: letters, digits and `*-._` as they are, a space as `+`, line ends as CR LF.
    private static func formEscaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                bytes.append(byte)
            case 0x20: bytes.append(UInt8(ascii: "+"))
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
