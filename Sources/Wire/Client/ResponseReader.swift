import NIOCore
import WebSocketCodec

/// The answers of a connection; a class, so that it is worked on in place and gone once it is a WebSocket.
final class ResponseReader {
    /// A class, since most answers are not inflated.
    private final class Inflation {
        var inflater: GzipInflater

        init() throws(WireError) { inflater = try GzipInflater() }
    }

    /// Most bytes that are inflated at once.
    private static let inflateStep = 64 << 10

    var parser = ResponseParser()
    private(set) var handshake: ClientHandshake?
    private(set) var isAwaiting = false
    private var encoding = ClientConnection.BodyEncoding.asItIs
    private var bodyBytes = 0
    private var inflation: Inflation?

    func begin(_ handshake: ClientHandshake?, _ encoding: ClientConnection.BodyEncoding) {
        self.handshake = handshake
        self.encoding = encoding
        isAwaiting = true
        bodyBytes = 0
    }

    /// Prepares for the body of this answer.
    func expectBody(of head: ResponseHead) -> WireError? {
        guard encoding == .gzip, head.values("content-encoding").map({ $0.lowercased() }) == ["gzip"] else {
            return nil
        }
        do throws(WireError) { inflation = try Inflation() } catch { return error }
        return nil
    }

    /// Takes what came of a body and gives what it says, some at a time. Throws for what is no gzip although the answer
    /// says so, and past `limit` bytes of one body.
    func take(_ bytes: inout ByteBuffer, limit: Int) throws(WireError) -> ByteBuffer {
        let step: ByteBuffer
        if let inflation {
            step = try inflation.inflater.inflate(&bytes, atMost: Self.inflateStep)
        } else {
            step = bytes
            bytes.moveReaderIndex(to: bytes.writerIndex)
        }
        bodyBytes += step.readableBytes
        guard bodyBytes <= limit else { throw .answerTooLong }
        return step
    }

    /// Whether what was inflated has come to its end.
    var isWhole: Bool { inflation?.inflater.isAtEnd ?? true }

    func finish() {
        isAwaiting = false
        inflation = nil
    }
}
