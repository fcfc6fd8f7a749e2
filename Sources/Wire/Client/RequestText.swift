package import NIOCore

/// The bytes of a request, put together field by field.
package struct RequestText: Sendable {
    /// What has been written.
    package private(set) var bytes: ByteBuffer

    /// A request that begins so.
    package init(_ method: String, _ target: String, capacity: Int = 512) {
        bytes = ByteBufferAllocator().buffer(capacity: capacity)
        bytes.writeString(method)
        bytes.writeStaticString(" ")
        bytes.writeString(target)
        bytes.writeStaticString(" HTTP/1.1\r\n")
    }

    /// Adds a field.
    package mutating func add(_ name: String, _ value: String) {
        bytes.writeString(name)
        bytes.writeStaticString(": ")
        bytes.writeString(value)
        bytes.writeStaticString("\r\n")
    }

    /// Adds whole lines, each with its line end.
    package mutating func add(lines: ByteBuffer) { bytes.writeImmutableBuffer(lines) }

    /// Adds a line of two parts.
    package mutating func add(line: String, _ rest: String) {
        bytes.writeString(line)
        bytes.writeString(rest)
        bytes.writeStaticString("\r\n")
    }

    /// Ends the head, and adds this body with its length; without one, what a request of this method needs.
    package mutating func finish(method: String, body: String = "") {
        if !body.isEmpty || method == "POST" { add("Content-Length", String(body.utf8.count)) }
        bytes.writeStaticString("\r\n")
        bytes.writeString(body)
    }

    /// Ends the head, whose fields say what there is of a body, and adds that body.
    package mutating func finish(body: ByteBuffer) {
        bytes.writeStaticString("\r\n")
        bytes.writeImmutableBuffer(body)
    }
}
