import Testing
import Wire

@testable import Discovery

@Suite("What a record of an endpoint is")
struct ServiceEndpointTests {
    static let names: [(text: String, isName: Bool)] = [
        ("web", true), ("a", true), ("Search_2.eu-west", true), ("0", true), (String(repeating: "a", count: 64), true),
        ("", false), (String(repeating: "a", count: 65), false), (".", false), ("..", false), ("-web", false),
        ("we/b", false), ("we b", false), ("web\n", false), ("wéb", false), ("web;path=/", false), ("web:1", false),
    ]

    @Test("A service's name can stand in a path, a key and a cookie's name", arguments: names)
    func name(_ text: String, _ isName: Bool) {
        #expect(((try? ServiceName(text)) != nil) == isName)
    }

    static let urls: [(text: String, address: String, path: String)] = [
        ("http://10.0.0.1:3000", "10.0.0.1:3000", ""), ("http://10.0.0.1:3000/", "10.0.0.1:3000", ""),
        ("http://n1.example.com", "n1.example.com:80", ""), ("https://n1.example.com", "n1.example.com:443", ""),
        ("http://localhost:3000/app/", "127.0.0.1:3000", "/app"), ("http://[::1]:3000/a%20b", "[::1]:3000", "/a%20b"),
        ("https://[::1]", "[::1]:443", ""),
    ]

    @Test("A URL says where a node is reached", arguments: urls)
    func url(_ text: String, _ address: String, _ path: String) throws {
        let url = try EndpointURL(text)
        #expect(url.address.description == address)
        #expect(url.path == path)
        #expect(url.isSecure == text.hasPrefix("https"))
    }

    static let noURLs = [
        "", "10.0.0.1:3000", "ftp://a", "HTTP://a", "http://", "http:///a", "http://a:0", "http://a:65536", "http://a:",
        "http://user@a", "http://a/?q", "http://a/#f", "http://a/../b", "http://a//b", "http://a/./b",
        "http://a/\u{7f}",
        "http://a/\r\nHost: b", "http://a b", "http://a/\"", "http://é", "http://::1", "http://a\\b",
        "http://a/" + String(repeating: "b", count: 512),
    ]

    @Test("What two readers could take apart differently is none", arguments: noURLs)
    func noURL(_ text: String) {
        #expect(throws: RecordError.self) { try EndpointURL(text) }
    }

    @Test("The hash is the SHA-1 of the URL as it was written")
    func hash() throws {
        #expect(try EndpointURL("http://10.0.0.1:3000").hash == "253dd351ebe5b9a0970958f58669080f1c3828b0")
        #expect(try EndpointURL("http://10.0.0.1:3000/").hash != "253dd351ebe5b9a0970958f58669080f1c3828b0")
    }

    @Test("Whatever a record holds, its refusal is a line that a terminal shows as it is")
    func refusal() {
        let error = #expect(throws: RecordError.self) {
            try ServiceName("\u{1b}[31m\n" + String(repeating: "x", count: 999))
        }
        let text = "\(error.map(String.init(describing:)) ?? "")"
        #expect(!text.contains("\u{1b}") && !text.contains("\n") && text.utf8.count < 400)
    }
}

@Suite("How endpoints are looked up")
struct EndpointSetTests {
    static let set: EndpointSet = {
        let endpoints = ["web 3", "web 1", "search 2", "web 2"].map { word in
            let parts = word.split(separator: " ")
            return Sample.endpoint(Int(parts[1])!, service: String(parts[0]))
        }
        return EndpointSet(Dictionary(uniqueKeysWithValues: endpoints.map { ($0.key, $0) }))
    }()

    @Test("By service, in the same order for everybody")
    func service() throws {
        let web = Self.set.of(try ServiceName("web"))
        #expect(Set(web.map(\.url.address.port)) == [1, 2, 3])
        #expect(web.map(\.url.hash) == web.map(\.url.hash).sorted())
        #expect(Self.set.of(try ServiceName("search")).map(\.url.address.port) == [2])
        #expect(Self.set.of(try ServiceName("none")).isEmpty)
    }

    @Test("By hash, within a service alone")
    func hash() throws {
        let third = Sample.endpoint(3)
        #expect(Self.set.endpoint(third.url.hash, of: try ServiceName("web")) == third)
        #expect(Self.set.endpoint(third.url.hash, of: try ServiceName("search")) == nil)
        #expect(Self.set.endpoint("", of: try ServiceName("web")) == nil)
    }
}
