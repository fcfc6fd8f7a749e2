import SockJS
import Testing

@Suite struct `The info document` {
    @Test func `is written in the order that sockjs-node uses`() {
        let info = SockJSInfo(entropy: 137_092_414)
        #expect(
            info.text == #"{"websocket":true,"origins":["*:*"],"cookie_needed":false,"entropy":137092414}"#)
    }

    @Test(arguments: [
        (
            #"{"websocket":false,"origins":["*:*"],"cookie_needed":true,"entropy":4294967295,"transports":["xhr"]}"#,
            SockJSInfo(websocket: false, cookieNeeded: true, entropy: .max)
        ),
        (#"{"base_url":"http://h/x"}"#, SockJSInfo(origins: [], entropy: nil, baseURL: "http://h/x")),
        (#"{"websocket":"no","entropy":-1,"origins":7}"#, SockJSInfo(origins: [], entropy: nil)),
        ("{}", SockJSInfo(origins: [], entropy: nil)),
    ])
    func `is read as a browser reads it`(text: String, info: SockJSInfo) throws {
        #expect(try SockJSInfo(parsing: text) == info)
    }

    @Test(arguments: ["", "<!DOCTYPE html>", "[]", "\"x\"", "{"])
    func `is refused when it is no JSON object`(text: String) {
        #expect(throws: SockJSFrameError.self) { try SockJSInfo(parsing: text) }
    }
}
