import NIOCore
import Testing
import Wire

@Suite struct `A request head` {
    private func head(_ fields: String, version: String = "1.1") throws -> RequestHead? {
        var parser = RequestParser()
        parser.receive(ByteBuffer(string: "GET / HTTP/\(version)\r\n\(fields)\r\n"))
        guard case .head(let head)? = try parser.next() else { return nil }
        return head
    }

    @Test func `finds fields in any case, the first of several`() throws {
        let head = try head("COOKIE: a\r\ncookie: b\r\nX-Y: \r\n")
        #expect(head?.first("cookie") == "a")
        #expect(head?.first("x-y") == "")
        #expect(head?.first("x-z") == nil)
        #expect(head?.contains("x-y") == true)
        #expect(head?.contains("x_y") == false)
    }

    @Test func `hands out its first lines`() throws {
        let head = try head("A: 1\r\nB: 22 \r\nC: 3\r\n")
        #expect(head?.fieldBytes(at: 1) == 3)
        let lines = ["GET / HTTP/1.1\r\n", "A: 1\r\n", "B: 22 \r\n", "C: 3\r\n"]
        for count in 0...3 {
            #expect(head?.withLines(fields: count) { String(decoding: $0, as: UTF8.self) } == lines[...count].joined())
        }
    }

    @Test(arguments: [
        ("A: 1\r\nB: 22\r\n", "A: 1\r\nB: 22\r\n"), ("A:1\r\nB: 2 \r\nC:\r\n", "A: 1\r\nB: 2\r\nC: \r\n"),
        ("X-Drop: 1\r\nA:  1\r\nx-DROP: 2\r\nB: \t2\r\nTE: 3\r\n", "A: 1\r\nB: 2\r\n"), ("te: 1\r\n", ""), ("", ""),
        ("A: 1\r\nTE: 2\r\nX-Dropped: 3\r\nT: \r\n", "A: 1\r\nX-Dropped: 3\r\nT: \r\n"),
    ])
    func `passes its fields on in one form, but for some`(fields: String, passed: String) throws {
        var text: [UInt8] = []
        try head(fields)?.appendFields(to: &text, without: FieldNames(["x-drop", "te"]))
        #expect(String(decoding: text, as: UTF8.self) == passed)
    }

    @Test(arguments: [
        ("A: b, c\r\na:\td ,,e\r\n", ["b", "c", "d", "e"]), ("A: \r\n", []), ("B: b\r\n", []),
    ])
    func `takes lists apart`(fields: String, elements: [String]) throws {
        #expect(try head(fields)?.elements("a") == elements)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: x,\tClose \r\n", false), ("1.1", "Connection: closed\r\n", true),
        ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.1", "Connection: x\r\nConnection: close\r\n", false),
    ])
    func `tells whether the connection goes on`(version: String, fields: String, goesOn: Bool) throws {
        #expect(try head(fields, version: version)?.isKeepAlive == goesOn)
    }
}
