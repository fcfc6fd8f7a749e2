import Foundation
import Testing

@Suite struct `Endpoint and sessions` {
    /// What the HTTP layer adds, and what differs from run to run.
    private static let ignored: Set<String> = ["Date", "Connection", "Keep-Alive", "Transfer-Encoding"]

    @Test(arguments: try Transcript.all())
    func `answer what sockjs-node answered, byte for byte`(transcript: Transcript) throws {
        var server = EchoServer()
        for (index, step) in transcript.steps.enumerated() {
            if let connection = step.on {
                if let request = step.request { server.request(request, on: connection) }
                if let text = step.text { server.text(text, on: connection) }
                if step.abort == true { server.abort(connection) }
            }
            server.advance(to: step.elapsed)
            let expected = step.received.mapValues { comparable($0, version: step.request?.version) }
            let received = server.takeReceived().mapValues { comparable($0, version: step.request?.version) }
            // A WebSocket's closing handshake is the codec's.
            if transcript.name == "websocket: closed by the client", index == 1 { continue }
            for connection in Set(expected.keys).union(received.keys) {
                #expect(received[connection] == expected[connection], "step \(index) on \(connection)")
            }
        }
    }

    private func comparable(_ received: Transcript.Received, version: String?) -> Transcript.Received {
        var received = received
        if received.status == 101 { received.fields = nil }
        received.fields = received.fields?.filter { !Self.ignored.contains($0[0]) }
            .map { $0[0] == "Expires" ? ["Expires", "in a year"] : $0 }
        received.pieces = received.pieces?.map { piece in
            piece.replacing(#/"entropy":\d+/#, with: "\"entropy\":0")
        }
        if version == "1.0", let pieces = received.pieces { received.pieces = [pieces.joined()] }
        received.finished =
            received.finished == true || (received.closed == true && received.frames == nil) ? true : nil
        received.closed = nil
        return received
    }
}
