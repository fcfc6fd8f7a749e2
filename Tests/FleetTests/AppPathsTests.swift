import Testing

@testable import Fleet

@Suite("Paths of the app")
struct AppPathsTests {
    @Test(
        "A request for any service of a node goes to a path of the app, and a field names the service",
        arguments: [
            ("/sockjs/info", "/sockjs/info", nil),
            ("/sockjs/000/abc/xhr", "/sockjs/000/abc/xhr", nil),
            ("/websocket", "/websocket", nil),
            ("/websocket?probe=a%2Fb", "/websocket?probe=a%2Fb", nil),
            ("/echo/000/abc/jsonp?c=f", "/sockjs/000/abc/jsonp?c=f", "/echo/000/abc/jsonp"),
            ("/echo/websocket", "/sockjs/websocket", "/echo/websocket"),
            ("/quiet/000/abc/websocket", "/sockjs/000/abc/websocket", "/quiet/000/abc/websocket"),
            ("/close/info", "/sockjs/info", "/close/info"),
            ("/first-frame?bytes=7", "/sockjs/websocket?bytes=7", "/first-frame"),
            ("/refuse/403", "/sockjs/websocket?refuse=403", "/refuse/403"),
            ("/whoami", "/sockjs/info?t=k1.c1.r1", "/whoami"),
            ("/whoami?fields=3000", "/sockjs/info?fields=3000&t=k1.c1.r1", "/whoami"),
            ("/app/sockjs/info", "/app/sockjs/info", nil),
            ("/app/echo/000/abc/xhr", "/app/sockjs/000/abc/xhr", "/echo/000/abc/xhr"),
            ("/elsewhere", "/elsewhere", nil),
        ] as [(String, String, String?)])
    func placesAreOfTheApp(target: String, sent: String, route: String?) {
        #expect(AppPaths().place(of: target, mark: "k1.c1.r1") == AppPaths.Place(target: sent, route: route))
    }

    @Test(
        "An app with paths of its own is asked there, and the field tells the node what for",
        arguments: [
            ("/sockjs/info?t=1", "/realtime/info?t=1", "/sockjs/info"),
            ("/echo/000/abc/xhr", "/realtime/000/abc/xhr", "/echo/000/abc/xhr"),
            ("/websocket", "/ws", "/websocket"),
        ])
    func ownPaths(target: String, sent: String, route: String) {
        let paths = AppPaths(sockJS: "/realtime", webSocket: "/ws")
        #expect(paths.place(of: target, mark: "") == AppPaths.Place(target: sent, route: route))
    }
}
