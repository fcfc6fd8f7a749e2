import NIOCore
import Wire

/// The head of a message that is passed on: its lines as they came, some left out and others put in.
struct RelayedHead {
    /// The request line or the status line.
    let startLine: ArraySlice<UInt8>
    private let fieldLines: [ArraySlice<UInt8>]

    /// The lines of a head, each with its line end; empty ones before it and after it are left out.
    init(_ bytes: some Sequence<UInt8>) {
        let lines = Array(bytes).split(separator: UInt8(ascii: "\n"))
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
            .filter { !$0.isEmpty }
        startLine = lines.first ?? []
        fieldLines = Array(lines.dropFirst())
    }

    /// The head of this request.
    init(_ head: RequestHead) { self = head.withLines(fields: head.fieldCount) { RelayedHead($0) } }

    /// The head with its blank line.
    ///
    /// - Parameters:
    ///   - names: fields that are left out, in lower case.
    ///   - added: lines that are put in behind the first one.
    func bytes(without names: Set<String>, adding added: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeLine(startLine)
        bytes.writeImmutableBuffer(added)
        for line in fieldLines where !names.contains(Self.name(of: line)) { bytes.writeLine(line) }
        bytes.writeLine([])
        return bytes
    }

    private static func name(of line: ArraySlice<UInt8>) -> String {
        String(decoding: line.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self).lowercased()
    }
}

extension ByteBuffer {
    fileprivate mutating func writeLine(_ line: ArraySlice<UInt8>) {
        writeBytes(line)
        writeStaticString("\r\n")
    }
}
