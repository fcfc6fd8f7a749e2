import BenchmarkProcess
import NIOCore

/// Takes HTTP/1.1 answers of a well-behaved server apart; anything unexpected is an error, never guessed.
struct ResponseReader {
    enum Event {
        case head(status: Int)
        case body(ByteBuffer)
        case end
    }

    private enum State {
        case head
        case sized(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case lastLine
        case done
    }

    /// What the server sent that was not read; after a 101 that is what follows the head.
    private(set) var pending = ByteBuffer()
    private var state = State.head

    mutating func append(_ bytes: inout ByteBuffer) {
        if pending.readableBytes == 0 { pending = bytes } else { pending.writeBuffer(&bytes) }
    }

    mutating func next() throws -> Event? {
        while true {
            switch state {
            case .head:
                guard let length = pending.distance(to: "\r\n\r\n"), let head = pending.readSlice(length: length + 4)
                else { return nil }
                let status = try Self.status(of: head)
                state = try Self.framing(of: head, status)
                return .head(status: status)
            case .sized(let count):
                if count == 0 {
                    state = .done
                    continue
                }
                guard let piece = pending.readSlice(length: min(count, pending.readableBytes)), piece.readableBytes > 0
                else { return nil }
                state = .sized(count - piece.readableBytes)
                return .body(piece)
            case .chunkSize:
                guard let size = line(until: "\r\n") else { return nil }
                guard let count = Int(size, radix: 16) else {
                    throw ServerProcess.Failure(description: "expected the size of a chunk, got \"\(size)\"")
                }
                state = count == 0 ? .lastLine : .chunk(count)
            case .chunk(let count):
                guard let piece = pending.readSlice(length: min(count, pending.readableBytes)), piece.readableBytes > 0
                else { return nil }
                state = piece.readableBytes == count ? .chunkEnd : .chunk(count - piece.readableBytes)
                return .body(piece)
            case .chunkEnd:
                guard line(until: "\r\n") != nil else { return nil }
                state = .chunkSize
            case .lastLine:
                guard line(until: "\r\n") != nil else { return nil }
                state = .done
            case .done:
                state = .head
                return .end
            }
        }
    }

    private static func status(of head: ByteBuffer) throws -> Int {
        guard head.distance(to: "HTTP/1.1 ") == 0, head.distance(to: "\r\nConnection: close") == nil,
            let digits = head.getString(at: head.readerIndex + 9, length: 3), let status = Int(digits)
        else {
            throw ServerProcess.Failure(
                description: "expected an answer that keeps the connection, got \(String(buffer: head))")
        }
        return status
    }

    private static func framing(of head: ByteBuffer, _ status: Int) throws -> State {
        if status == 204 || status == 304 || status == 101 { return .done }
        if head.distance(to: "\r\nTransfer-Encoding: chunked") != nil { return .chunkSize }
        var field = head
        if let start = field.distance(to: "\r\nContent-Length: ") {
            field.moveReaderIndex(forwardBy: start + 18)
            if let length = field.distance(to: "\r\n"), let text = field.readString(length: length),
                let count = Int(text)
            {
                return .sized(count)
            }
        }
        throw ServerProcess.Failure(description: "expected an answer of known length, got \(String(buffer: head))")
    }

    /// What comes before this end, which is taken too.
    private mutating func line(until end: StaticString) -> String? {
        guard let length = pending.distance(to: end), let text = pending.readString(length: length) else { return nil }
        pending.moveReaderIndex(forwardBy: end.utf8CodeUnitCount)
        return text
    }
}
