/// `eventsource`: frames as the data of server-sent events (HTML Living Standard §9.2.6), percent-escaped by the server.
struct ServerSentEvents: Sendable {
    private var unread: UnreadBytes
    private let byteLimit: Int
    private var data: [UInt8]?
    private var isAtStart = true
    private var sawEvent = false
    private var sawPrelude = false

    init(byteLimit: Int) {
        self.byteLimit = byteLimit
        unread = UnreadBytes(limit: byteLimit)
    }

    mutating func receive(
        _ bytes: some Sequence<UInt8>, into items: inout [ResponseDecoder.Item]
    ) throws(SockJSFrameError) {
        unread.append(bytes)
        while let line = unread.takeLine() {
            if line.isEmpty {
                if let data {
                    self.data = nil
                    sawEvent = true
                    items.append(.frame(try SockJSFrame(parsing: try Self.unescape(data))))
                } else if !sawEvent, !sawPrelude {
                    sawPrelude = true
                    items.append(.prelude(bytes: 2))
                }
            } else {
                try take(field: isAtStart && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line)
            }
            isAtStart = false
        }
        try unread.checkLimit("an event")
    }

    func finish() throws(SockJSFrameError) {
        guard unread.isEmpty || unread.unread.elementsEqual([0x0D]), data == nil else {
            throw SockJSFrameError(
                expected: "an empty line after the event", text: unread.text(prefix: 80), offset: unread.count,
                remedy: "something between server and client cut the stream")
        }
    }

    private mutating func take(field line: ArraySlice<UInt8>) throws(SockJSFrameError) {
        let name = Array("data".utf8)
        guard line.starts(with: name) else { return }
        var value = line.dropFirst(name.count)
        if let colon = value.first {
            // Another field that only begins so.
            guard colon == UInt8(ascii: ":") else { return }
            value = value.dropFirst()
            if value.first == 0x20 { value = value.dropFirst() }
        }
        if data == nil { data = Array(value) } else { data?.append(contentsOf: [0x0A] + value) }
        if let count = data?.count, count > byteLimit {
            throw SockJSFrameError(
                expected: "an event of at most \(byteLimit) bytes", text: String(decoding: value, as: UTF8.self),
                offset: byteLimit, remedy: "the answer does not come from a SockJS server")
        }
    }

    /// What ECMAScript's `decodeURI` does: escapes of reserved characters stay, others must be UTF-8.
    private static func unescape(_ data: [UInt8]) throws(SockJSFrameError) -> [UInt8] {
        guard data.contains(UInt8(ascii: "%")) else { return data }
        var result: [UInt8] = []
        result.reserveCapacity(data.count)
        var at = 0
        var escaped: [UInt8] = []
        func error(_ offset: Int) -> SockJSFrameError {
            SockJSFrameError(
                expected: "an event whose percent signs are escapes of UTF-8",
                text: String(decoding: data, as: UTF8.self), offset: offset,
                remedy: "the server must write a percent sign as %25")
        }
        while at < data.count {
            guard data[at] == UInt8(ascii: "%") else {
                result.append(data[at])
                at += 1
                continue
            }
            guard at + 2 < data.count, let high = hex(data[at + 1]), let low = hex(data[at + 2]) else {
                throw error(at)
            }
            let byte = high << 4 | low
            if byte < 0x80 {
                if Self.reserved.contains(byte) {
                    result += data[at..<(at + 3)]
                } else {
                    result.append(byte)
                }
                at += 3
                continue
            }
            let start = at
            escaped = []
            while at + 2 < data.count, data[at] == UInt8(ascii: "%"), let high = hex(data[at + 1]),
                let low = hex(data[at + 2]), high >= 8
            {
                escaped.append(high << 4 | low)
                at += 3
            }
            guard String(validating: escaped, as: UTF8.self) != nil else { throw error(start) }
            result += escaped
        }
        return result
    }

    private static let reserved = Set(";/?:@&=+$,#".utf8)

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
