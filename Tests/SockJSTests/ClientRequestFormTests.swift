import Testing

@testable import SockJS

/// What sockjs-client 1.6.1 asks for.
@Suite struct ClientRequestFormTests {
    static let marks = ClientRequestMarks(milliseconds: 1_767_225_600_123, callback: "_jp.aabc012", frame: "aabcdef01")

    @Test func `info is asked for with the time, against caches`() {
        #expect(
            ClientRequestForm.info(Self.marks)
                == ClientRequestForm(method: "GET", suffix: "/info?t=1767225600123", contentType: nil, body: ""))
    }

    @Test(arguments: [
        (ClientTransport.xhrPolling, "POST", "/xhr?t=1767225600123"),
        (.iframeXHRPolling, "POST", "/xhr?t=1767225600123"),
        (.xhrStreaming, "POST", "/xhr_streaming?t=1767225600123"), (.eventsource, "GET", "/eventsource"),
        (.iframeEventsource, "GET", "/eventsource"), (.htmlfile, "GET", "/htmlfile?c=_jp.aabc012"),
        (.iframeHtmlfile, "GET", "/htmlfile?c=_jp.aabc012"), (.jsonpPolling, "GET", "/jsonp?c=_jp.aabc012"),
    ])
    func `a receive request has the query of its transport`(
        transport: ClientTransport, method: String, suffix: String
    ) {
        let form = ClientRequestForm.receive(transport, Self.marks)
        #expect(form == ClientRequestForm(method: method, suffix: suffix, contentType: nil, body: ""))
    }

    @Test(arguments: ClientTransport.allCases.filter { $0.sending == .xhrSend })
    func `a send is text with the time`(transport: ClientTransport) {
        let form = ClientRequestForm.send(["a b", "é"], on: transport, Self.marks)
        let suffix = "/xhr_send?t=1767225600123"
        let type = "text/plain;charset=UTF-8"
        #expect(form == ClientRequestForm(method: "POST", suffix: suffix, contentType: type, body: #"["a b","é"]"#))
    }

    @Test func `a send of jsonp is a form that names its frame`() {
        let form = ClientRequestForm.send(["a b", "é"], on: .jsonpPolling, Self.marks)
        let type = "application/x-www-form-urlencoded"
        let body = "d=%5B%22a+b%22%2C%22%C3%A9%22%5D"
        #expect(
            form == ClientRequestForm(method: "POST", suffix: "/jsonp_send?i=aabcdef01", contentType: type, body: body))
    }

    @Test func `names are a callback's and a frame's`() {
        var generator = SystemRandomNumberGenerator()
        let marks = ClientRequestMarks.random(milliseconds: 1, using: &generator)
        #expect(marks.callback.wholeMatch(of: /_jp\.a[a-z0-5]{6}/) != nil, "\(marks)")
        #expect(marks.frame.wholeMatch(of: /a[a-z0-5]{8}/) != nil, "\(marks)")
    }

    @Test(arguments: ClientTransport.allCases.filter { $0 != .websocket })
    func `a server passes over the time and the frame`(transport: ClientTransport) {
        let endpoint = SockJSEndpoint(.sockJS(prefix: "/e"))
        func answer(_ form: ClientRequestForm, below path: String) -> String {
            let request = SockJSRequest(
                method: form.method, target: "\(path)\(form.suffix)", contentType: form.contentType,
                body: Array(form.body.utf8))
            return "\(String(describing: endpoint.answer(request, at: HTTPDate(seconds: 0), entropy: 0)))"
        }
        for (form, path) in [
            (ClientRequestForm.info(Self.marks), "/e"), (.receive(transport, Self.marks), "/e/000/s"),
            (.send(["x"], on: transport, Self.marks), "/e/000/s"),
        ] {
            var plain = form
            plain.suffix = form.suffix.replacing(/\?[ti]=.*/, with: "")
            let expected = answer(plain, below: path)
            #expect(answer(form, below: path) == expected)
            #expect(!expected.contains("404") || form.method == "POST", "\(expected)")
        }
    }
}
