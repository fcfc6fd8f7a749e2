import NIOCore
import WebSocketCodec

/// Our codec at its two levels: frames alone, and a whole connection with messages, rules and the closing handshake.
///
/// Each run works on local variables: what a closure captures would be checked for exclusive access at
/// every call.
enum CodecContenders {
    /// Decodes and unmasks every frame.
    static func decoder(_ traffic: FrameTraffic) -> Contender {
        Contender(frames: traffic.frames) {
            var decoder = FrameDecoder(receiver: traffic.receiver)
            var frames = 0
            var bytes = 0
            for read in traffic.reads {
                decoder.receive(read)
                while let part = next(&decoder) {
                    let payload = part.payload
                    if part.isLast { frames += 1 }
                    bytes &+=
                        payload.readableBytes &+ Int(payload.getInteger(at: payload.readerIndex, as: UInt8.self) ?? 0)
                }
            }
            precondition(frames == traffic.frames, "FrameDecoder lost frames")
            return bytes
        }
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
        return Contender(frames: traffic.frames) {
            var connection = WebSocketConnection(role: traffic.receiver)
            var frames = 0
            var bytes = 0
            for read in traffic.reads {
                connection.receive(read)
                while let event = connection.nextEvent() {
                    guard case .binary(let payload) = event else {
                        preconditionFailure("expected binary, got \(event)")
                    }
                    frames += 1
                    bytes &+=
                        payload.readableBytes &+ Int(payload.getInteger(at: payload.readerIndex, as: UInt8.self) ?? 0)
                }
            }
            precondition(frames == traffic.frames, "WebSocketConnection lost frames")
            return bytes
        }
    }

    /// Sends every message and takes the output whenever a write's worth has gathered.
    static func sender(_ traffic: FrameTraffic) -> Contender {
        let perWrite = max(1, FrameTraffic.readBytes / (traffic.payload.readableBytes + 8))
        return Contender(frames: traffic.frames) {
            var connection = WebSocketConnection(role: traffic.receiver.peer)
            var bytes = 0
            for index in 0..<traffic.frames {
                connection.sendBinary(traffic.payload)
                if index % perWrite == perWrite - 1 { bytes &+= connection.takeOutput()?.readableBytes ?? 0 }
            }
            return bytes &+ (connection.takeOutput()?.readableBytes ?? 0)
        }
    }

    /// Encodes every frame into one buffer, which is used again.
    static func encoder(_ traffic: FrameTraffic) -> Contender {
        var keptOutput = ByteBuffer()
        var keptEncoder = FrameEncoder(sender: traffic.receiver.peer)
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
