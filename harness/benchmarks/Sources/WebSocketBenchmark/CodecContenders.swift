import NIOCore
import WebSocketCodec

/// Our codec at its two levels: frames alone, and a whole connection with messages, rules and the closing handshake.
///
/// Each run works on local variables: what a closure captures would be checked for exclusive access at
/// every call.
enum CodecContenders {
    /// Decodes and unmasks every frame.
    static func decoder(_ traffic: FrameTraffic) -> Contender {
        var content: [ByteBuffer] = []
        _ = decode(traffic) { part in
            if part.isFirst { content.append(ByteBuffer()) }
            part.write(to: &content[content.count - 1])
        }
        precondition(
            content.count == traffic.frames && content.allSatisfy { $0 == traffic.payload },
            "FrameDecoder changed a payload")
        return Contender(frames: traffic.frames) { decode(traffic) { _ in } }
    }

    @inline(__always)
    private static func decode(_ traffic: FrameTraffic, each: (FramePart) -> Void) -> Int {
        var decoder = FrameDecoder(receiver: traffic.receiver)
        var frames = 0
        var bytes = 0
        for read in traffic.reads {
            decoder.receive(read)
            while let part = next(&decoder) {
                each(part)
                bytes &+= part.payload.readableBytes
                if part.isLast { frames += 1 }
            }
        }
        precondition(frames == traffic.frames, "FrameDecoder lost frames")
        return bytes
    }

    private static func next(_ decoder: inout FrameDecoder) -> FramePart? {
        do throws(WebSocketViolation) {
            return try decoder.nextPart()
        } catch {
            preconditionFailure("valid traffic, but \(error)")
        }
    }

    /// Decodes, unmasks, joins and delivers every message.
    static func receiver(_ traffic: FrameTraffic) -> Contender {
        _ = receive(traffic) { precondition($0 == traffic.payload, "WebSocketConnection changed a payload") }
        return Contender(frames: traffic.frames) { receive(traffic) { _ in } }
    }

    @inline(__always)
    private static func receive(_ traffic: FrameTraffic, each: (ByteBuffer) -> Void) -> Int {
        var connection = WebSocketConnection(HandshakeAgreement(role: traffic.receiver))
        var frames = 0
        var bytes = 0
        for read in traffic.reads {
            connection.receive(read)
            while let event = connection.nextEvent() {
                guard case .binary(let payload) = event else { preconditionFailure("expected binary, got \(event)") }
                each(payload)
                frames += 1
                bytes &+= payload.readableBytes
            }
        }
        precondition(frames == traffic.frames, "WebSocketConnection lost frames")
        return bytes
    }

    /// Sends every message and takes the output whenever a write's worth has gathered.
    static func sender(_ traffic: FrameTraffic) -> Contender {
        let perWrite = max(1, FrameTraffic.readBytes / (traffic.payload.readableBytes + 8))
        return Contender(frames: traffic.frames) {
            var connection = WebSocketConnection(HandshakeAgreement(role: traffic.receiver.peer))
            var bytes = 0
            for index in 0..<traffic.frames {
                try? connection.sendBinary(traffic.payload)
                if index % perWrite == perWrite - 1 { bytes &+= connection.takeOutput()?.readableBytes ?? 0 }
            }
            return bytes &+ (connection.takeOutput()?.readableBytes ?? 0)
        }
    }

    /// Encodes every frame into one buffer, which is used again.
    static func encoder(_ traffic: FrameTraffic, maskingKeys: MaskingKeySource = .random) -> Contender {
        var keptOutput = ByteBuffer()
        var keptEncoder = FrameEncoder(sender: traffic.receiver.peer, maskingKeys: maskingKeys)
        return Contender(frames: traffic.frames) {
            var bytes = 0
            var output = ByteBuffer()
            var encoder = FrameEncoder(sender: traffic.receiver.peer)
            swap(&output, &keptOutput)
            swap(&encoder, &keptEncoder)
            defer {
                output.clear()
                swap(&output, &keptOutput)
                swap(&encoder, &keptEncoder)
            }
            for _ in 0..<traffic.frames {
                encoder.encode(.binary, payload: traffic.payload, into: &output)
                if output.readableBytes >= FrameTraffic.readBytes {
                    bytes &+= output.readableBytes
                    output.clear()
                }
            }
            return bytes
        }
    }
}
