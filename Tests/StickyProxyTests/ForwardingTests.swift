import NIOCore
import NIOHTTP1
import Testing
import Wire

@testable import StickyProxy

@Suite("Requests and answers go through", .timeLimit(.minutes(1)))
struct ForwardingTests {
    @Test("one client connection carries several requests, and so does the node's")
    func keepAlive() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode]) { proxy in
            let client = try await proxy.connect()
            for index in 0..<3 {
                try await client.request("GET", "/\(index)")
                #expect(try await client.response().body == "n1")
            }
            #expect(node.records.map(\.head.uri) == ["/0", "/1", "/2"])
            #expect(node.connections == 1)
        }
        await node.kill()
    }

    @Test("pipelined requests are answered in order, bodies and all")
    func pipelining() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode]) { proxy in
            let client = try await proxy.connect()
            try await client.write(
                "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                    + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n"
                    + "HEAD /4 HTTP/1.1\r\nHost: a\r\n\r\nGET /5 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            for toHead in [false, false, false, true, false] {
                #expect(try await client.response(toHead: toHead).status == 200)
            }
            #expect(await client.readToEnd().readableBytes == 0)
            #expect(node.records.map(\.head.uri) == ["/1", "/2", "/3", "/4", "/5"])
            #expect(node.records.map(\.body) == ["", "abc", "de", "", ""])
        }
        await node.kill()
    }

    @Test("a thousand requests in one packet are answered in order")
    func manyPipelined() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode]) { proxy in
            let client = try await proxy.connect()
            try await client.write(
                (0..<1000).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" }.joined())
            for _ in 0..<1000 { #expect(try await client.response().status == 200) }
            #expect(node.records.map(\.head.uri) == (0..<1000).map { "/\($0)" })
        }
        await node.kill()
    }

    @Test("an answer streams: each chunk arrives before the node sends the next")
    func streamedAnswer() async throws {
        try await scripted { client, node, _ in
            try await client.request("GET", "/stream")
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            #expect(try await client.head().values("transfer-encoding") == ["chunked"])
            for text in ["first", "other"] {
                try await node.write("5\r\n\(text)\r\n")
                #expect(try await client.read(through: "\(text)\r\n") == "5\r\n\(text)\r\n")
            }
            try await node.write("0\r\nX-Trailer: 1\r\n\r\n")
            #expect(try await client.read(through: "\r\n\r\n") == "0\r\nX-Trailer: 1\r\n\r\n")
        }
    }

    @Test("a request streams: the node gets each piece before the client sends the next")
    func streamedRequest() async throws {
        try await scripted { client, node, _ in
            try await client.write("POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            _ = try await node.read(through: "first\r\n")
            try await client.write("5\r\nother\r\n")
            _ = try await node.read(through: "other\r\n")
            try await client.write("0\r\n\r\n")
            #expect(try await node.read(through: "\r\n\r\n") == "0\r\n\r\n")
            try await node.write("HTTP/1.1 204 No Content\r\n\r\n")
            #expect(try await client.head().status == 204)
        }
    }

    @Test("an answer that ends with the connection is chunked for HTTP/1.1 and closed for HTTP/1.0", arguments: [0, 1])
    func closeDelimited(_ minor: Int) async throws {
        try await scripted { client, node, _ in
            try await client.write("GET / HTTP/1.\(minor)\r\nHost: a\r\n\r\n")
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\n\r\nhello")
            try await node.connection.closeOutput()
            let head = try await client.head()
            if minor == 1 {
                #expect(head.values("transfer-encoding") == ["chunked"])
                #expect(try await client.read(through: "0\r\n\r\n") == "5\r\nhello\r\n0\r\n\r\n")
            } else {
                #expect(head.values("connection") == ["close"])
                #expect(String(buffer: await client.readToEnd()) == "hello")
            }
        }
    }

    @Test("interim answers go through in front of the final one")
    func interim() async throws {
        try await scripted { client, node, _ in
            try await client.request("GET", "/")
            _ = try await node.request()
            try await node.write(
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.head().status == 103)
            #expect(try await client.response().body == "ok")
        }
    }

    @Test("an answer before the end of the request: the rest is dropped, and the connection serves on")
    func earlyAnswer() async throws {
        try await scripted { client, node, _ in
            try await client.write("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
            _ = try await node.read(through: "12345")
            try await node.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
            #expect(try await client.response().status == 413)
            try await client.write("67890GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await node.connection.readToEnd().readableBytes == 0)
        }
    }

    @Test func `what a node says beyond its answer is no answer to the next request`() async throws {
        try await scripted { client, node, _ in
            try await client.request("GET", "/1")
            _ = try await node.request()
            try await node.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown" + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother")
            #expect(try await client.response().body == "own")
            try await client.request("GET", "/2")
            try await node.accept()
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond")
            #expect(try await client.response().body == "second")
        }
    }

    @Test func `an answer to HEAD ends with its head, and the next one is read rightly`() async throws {
        try await scripted { client, node, _ in
            try await client.request("HEAD", "/1")
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
            #expect(try await client.head().values("content-length") == ["9"])
            try await client.request("GET", "/2")
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.response().body == "ok")
        }
    }

    @Test("a cut-off answer is not completed")
    func truncated() async throws {
        try await scripted { client, node, _ in
            try await client.request("GET", "/")
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            try await node.connection.close()
            _ = try await client.head()
            #expect(String(buffer: await client.readToEnd()) == "5\r\nhello\r\n")
        }
    }
}
