import Testing

@testable import Cluster

@Suite("Paths of a cluster")
struct ClusterPathTests {
    @Test(
        arguments: [
            ("/sockjs/info", nil), ("/search/sockjs/info", "search"), ("/a/b/sockjs/info", "b"),
        ] as [(String, String?)])
    func `the word before SockJS's info names its service`(_ path: String, _ service: String?) {
        #expect(ClusterPath(path[...]) == .info(service: service))
    }

    @Test(arguments: [
        ("/cluster-ddp/H/web/000/s1/xhr", "H", "web", "/sockjs/000/s1/xhr"),
        ("/cluster-ddp/H/web/websocket", "H", "web", "/sockjs/websocket"),
        ("/cluster-ddp/H/web/info", "H", "web", "/sockjs/info"),
        ("/below/cluster-ddp/H/search/000/s1/xhr", "H", "search", "/below/sockjs/000/s1/xhr"),
    ])
    func `a hash and a service in a path lead to the sockets of an endpoint`(
        _ path: String, _ hash: String, _ service: String, _ inner: String
    ) {
        #expect(ClusterPath(path[...]) == .endpoint(hash: hash, service: service, path: inner))
    }

    @Test(arguments: [
        "/", "", "/websocket", "/sockjs/000/s1/xhr", "/sockjs", "/info", "/sockjs/information", "/cluster-ddp",
        "/cluster-ddp/H", "/cluster-ddp/H/web", "/cluster-ddp//web/000/s1/xhr", "/cluster-ddp/H//xhr", "//",
    ])
    func `everything else is a page or a socket of no endpoint`(_ path: String) {
        #expect(ClusterPath(path[...]) == .other)
    }
}
