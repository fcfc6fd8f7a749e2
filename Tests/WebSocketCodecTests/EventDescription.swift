import NIOCore

@testable import WebSocketCodec

extension WebSocketEvent {
    /// The event as the fixtures write it.
    var line: String {
        switch self {
        case .text(let buffer): "text:\(String(buffer: buffer))"
        case .binary(let buffer): "binary:\(buffer.hex)"
        case .piece(let piece):
            "piece:\(piece.isText ? "text" : "binary"):\(piece.bytes.hex):\(piece.isFirst):\(piece.isLast)"
        case .ping(let buffer): "ping:\(buffer.hex)"
        case .pong(let buffer): "pong:\(buffer.hex)"
        case .closeReceived(nil): "close"
        case .closeReceived(let status?): "close:\(status.code):\(status.reason)"
        case .failed(let violation): "failed:\(violation.rule.rawValue)@\(violation.byteOffset)"
        case .ended(let status): "ended:\(status.code)"
        }
    }
}

extension WebSocketConnection {
    mutating func allEvents() -> [WebSocketEvent] {
        var events: [WebSocketEvent] = []
        while let event = nextEvent() { events.append(event) }
        return events
    }

    mutating func allOutput() -> [UInt8] {
        takeOutput().map { Array($0.readableBytesView) } ?? []
    }
}

/// The masking key of the example in RFC 6455 §5.7.
let exampleKey = MaskingKey(0x37, 0xFA, 0x21, 0x3D)
