import Foundation
import History
import NIOCore
import ReferenceNode
import SockJS
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct `The node on the wire` {
    // `/fast` has other times than the node's services.
    @Test(
        arguments: try Transcript.all().filter { transcript in
            !transcript.steps.contains { $0.request?.target.hasPrefix("/fast/") == true }
        })
    func `answers what sockjs-node answered, byte for byte and chunk for chunk`(transcript: Transcript) async throws {
        // A busy machine must not let sessions expire between steps.
        let timing = ServerTiming(heartbeatDelay: .seconds(100), disconnectDelay: .seconds(100))
        try await NodeBench.run {
            $0.sockJSClientURL = "/sockjs.min.js"
            $0.sockJSTiming = timing
        } _: { bench in
            var connections: [String: TranscriptConnection] = [:]
            for (index, step) in transcript.steps.enumerated() {
                if let name = step.on {
                    if connections[name] == nil {
                        connections[name] = TranscriptConnection(client: try await bench.connect())
                    }
                    try await connections[name]?.perform(step, id: "step-\(index)")
                    // What is not answered must have arrived before the next step.
                    if step.request != nil, step.received[name] == nil { try await bench.log(shows: "step-\(index)") }
                    if step.abort == true, let session = connections[name]?.waitingSession {
                        try await bench.log(showsEndOf: session)
                    }
                }
                for (name, expected) in step.received.sorted(by: { $0.key < $1.key }) {
                    let received = try await connections[name]?.receive(as: expected)
                    #expect(received == connections[name]?.comparable(expected), "step \(index) on \(name)")
                }
            }
            for connection in connections.values { try await connection.client.close() }
        }
    }
}

extension NodeBench {
    fileprivate func log(shows request: String) async throws {
        while !(try await executed().contains { $0.requestID == request }) {}
    }

    fileprivate func log(showsEndOf session: String) async throws {
        while !(try await log().events.contains { event in
            if case .sessionClosed(let closed) = event.kind { closed.session == session } else { false }
        }) {}
    }
}

/// One connection of a transcript: sends what was sent, and reads as many bytes as the recording has.
private struct TranscriptConnection {
    /// What belongs to the connection or the moment, and what the node adds.
    private static let ignored: Set<String> = [
        "Date", "Connection", "Keep-Alive", "X-Stickler-Node", "X-Stickler-Boot", "X-Stickler-Request",
    ]

    let client: RawClient
    private var request: Transcript.Request?
    private var isChunked = false
    private var isUnfinished = false

    init(client: RawClient) { self.client = client }

    /// The session whose receiver waits here for the end of its answer.
    var waitingSession: String? { isUnfinished ? request?.session : nil }

    mutating func perform(_ step: Transcript.Step, id: String) async throws {
        if let request = step.request {
            self.request = request
            isUnfinished = true
            var lines = [
                "\(request.method) \(request.target) HTTP/\(request.version ?? "1.1")", "X-Stickler-Request: \(id)",
            ]
            if request.version == nil { lines.append("Host: n") }
            lines += (request.fields ?? []).map { "\($0[0]): \($0[1])" }
            if let body = request.body { lines.append("Content-Length: \(body.utf8.count)") }
            try await client.send((lines + ["", ""]).joined(separator: "\r\n") + (request.body ?? ""))
        }
        if let text = step.text { try await send(opcode: 1, Array(text.utf8)) }
        if let close = step.close {
            let code = [UInt8(close.code >> 8), UInt8(truncatingIfNeeded: close.code)]
            try await send(opcode: 8, code + Array(close.reason.utf8))
        }
        if step.abort == true { try await client.close() }
    }

    private func send(opcode: UInt8, _ payload: [UInt8]) async throws {
        var bytes = ByteBuffer(bytes: [0x80 | opcode])
        if payload.count < 126 {
            bytes.writeInteger(0x80 | UInt8(payload.count))
        } else {
            bytes.writeInteger(UInt8(0xFE))
            bytes.writeInteger(UInt16(payload.count))
        }
        bytes.writeInteger(UInt32(0))
        bytes.writeBytes(payload)
        try await client.send(bytes)
    }

    /// Reads what stands where the recording has something.
    mutating func receive(as expected: Transcript.Received) async throws -> Transcript.Received {
        var received = Transcript.Received()
        if expected.status != nil {
            let answer = Answer(head: try await client.receiveHead())
            received.status = answer.status
            received.fields = answer.headers.map { [$0.name, $0.value] }
            isChunked = answer["Transfer-Encoding"] == "chunked"
        }
        if let pieces = expected.pieces {
            received.pieces = []
            for piece in pieces {
                if isChunked {
                    if let chunk = try await client.receiveChunk() { received.pieces?.append(chunk) }
                } else if piece.contains("entropy") {
                    // The number differs in its length.
                    received.pieces?.append(try await client.receiveToEnd())
                } else {
                    received.pieces?.append(String(buffer: try await client.receive(count: piece.utf8.count)))
                }
            }
        }
        if let frames = expected.frames {
            received.frames = []
            for _ in frames { received.frames?.append(try await receiveFrame()) }
        }
        if expected.finished == true {
            if isChunked { #expect(try await client.receiveChunk() == nil) }
            isUnfinished = false
            received.finished = true
        }
        // Behind an upgrade that it refuses the node goes on with the connection.
        if expected.closed == true, request?.isUpgrade == false {
            #expect(try await client.receiveToEnd() == "")
            isUnfinished = false
        }
        return comparable(received)
    }

    private func receiveFrame() async throws -> Transcript.Frame {
        let head = Array(try await client.receive(count: 2).readableBytesView)
        var length = Int(head[1])
        if length == 126 { length = Int(try await client.receive(count: 2).getInteger(at: 0, as: UInt16.self) ?? 0) }
        var payload = try await client.receive(count: length)
        let code = head[0] & 15 == 8 ? payload.readInteger(as: UInt16.self) : nil
        return Transcript.Frame(opcode: Int(head[0] & 15), code: code.map { Int($0) }, text: String(buffer: payload))
    }

    /// Without what differs from run to run.
    func comparable(_ received: Transcript.Received) -> Transcript.Received {
        var received = received
        let isRefusedUpgrade = request?.isUpgrade == true
        received.fields =
            received.status == 101
            ? nil
            : received.fields?
                .filter { !Self.ignored.contains($0[0]) && !(isRefusedUpgrade && $0[0] == "Transfer-Encoding") }
                .map { $0[0] == "Expires" ? ["Expires", "in a year"] : $0 }
        received.pieces = received.pieces?.map { $0.replacing(#/"entropy":\d+/#, with: "\"entropy\":0") }
        if isRefusedUpgrade { received.finished = nil }
        received.closed = nil
        return received
    }
}
