import NIOCore
import Testing
import WebSocketCodec

@Suite(.timeLimit(.minutes(1))) struct `What the socket of a node can't take at once` {
    /// A socket takes some megabytes at most, so the rest of the long ones waits when the next is sent.
    @Test func `comes in order and whole`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/websocket")
            let sizes = [3, 12 << 20, 5, 0, 12 << 20, 7]
            let messages = sizes.enumerated().map { [UInt8](repeating: UInt8($0.offset), count: $0.element) }
            for message in messages { try await socket.send(message) }
            for message in messages {
                let isSame = try await socket.next() == .binary(ByteBuffer(bytes: message))
                #expect(isSame)
            }
        }
    }
}
