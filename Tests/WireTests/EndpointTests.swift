import Testing

@testable import Wire

@Suite("An address is HOST:PORT")
struct EndpointTests {
    @Test(
        "Read, and written back",
        arguments: [
            ("127.0.0.1:7001", "127.0.0.1", 7_001), ("127.0.0.1:0", "127.0.0.1", 0),
            ("0.0.0.0:65535", "0.0.0.0", 65_535), ("[::1]:7001", "::1", 7_001), ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
            ("node-1.example_x:80", "node-1.example_x", 80),
        ])
    func parsing(_ text: String, _ host: String, _ port: Int) throws {
        let endpoint = try Endpoint(parsing: text)
        #expect(endpoint == Endpoint(host: host, port: port))
        #expect(endpoint.description == text)
    }

    @Test("localhost is the IPv4 loopback")
    func localhost() throws {
        #expect(try Endpoint(parsing: "localhost:80") == Endpoint(host: "127.0.0.1", port: 80))
    }

    @Test(
        "All else is refused, and the error shows how to write it",
        arguments: [
            "", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1:65536",
            "127.0.0.1:99999999999999999999", "127.0.0.1:8 0", "::1", "::1:7001", "[::1]", "[]:80", "[127.0.0.1]:80",
            "[::1:80", "::1]:80", "http://127.0.0.1:80", "127.0.0.1 :80", "a\r\nb:80", "a\tb:80", "é:80",
            "127.0.0.1:٨٠",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: EndpointError.self) { try Endpoint(parsing: text) }
        #expect(error?.description.contains("write HOST:PORT, for example 127.0.0.1:8080") == true)
    }

    @Test("A numeric address needs no resolver")
    func socketAddress() throws {
        #expect(Endpoint(try Endpoint(parsing: "[::1]:7").socketAddress()) == Endpoint(host: "::1", port: 7))
        #expect(Endpoint(nil) == nil)
    }
}
