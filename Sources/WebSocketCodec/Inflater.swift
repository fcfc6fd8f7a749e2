import CZlib
import NIOCore

/// Inflates the messages of one peer, a step at a time, so that limits and UTF-8 are checked as bytes come out
/// (RFC 7692 §7.2.2).
struct Inflater: Sendable {
    enum Failure: Error {
        case invalid(String)
        case notUTF8
        case truncated
        case tooBig
        case outOfMemory
    }

    private static let smallestStep = 1_024
    private static let largestStep = 65_536
    private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    private let windowBits: Int
    private let forgetsAfterMessage: Bool
    private let isByteWise: Bool
    private let pool: DeflateContextPool?
    private var stream: ZlibStream?
    /// All blocks so far are complete and no bit of the next one has come.
    private var isAtBoundary = true

    init(
        windowBits: Int, forgetsAfterMessage: Bool, enforcement: DeflateTuning.WindowEnforcement,
        pool: DeflateContextPool?
    ) {
        self.pool = pool
        self.windowBits = windowBits
        self.forgetsAfterMessage = forgetsAfterMessage
        isByteWise = enforcement == .exact && windowBits < 15
    }

    /// Takes from `input` and appends to `output`, at most one step.
    ///
    /// - Parameters:
    ///   - limit: how many readable bytes `output` may have in the end.
    ///   - room: how many bytes to append at most, at least 1.
    /// - Returns: whether to call again with the same input; false when it is used up.
    mutating func step(
        _ input: inout ByteBuffer, into output: inout ByteBuffer, limit: Int, room: Int = .max
    ) throws(Failure) -> Bool {
        if input.readableBytes == 0, isAtBoundary { return false }
        guard let stream = stream.unique(orNew: .inflate(windowBits: windowBits), from: pool) else {
            throw .outOfMemory
        }
        // One byte more than allowed is room enough to see that the limit is passed.
        let allowed = max(0, limit - output.readableBytes)
        let wanted = min(max(Self.smallestStep, output.readableBytes, input.readableBytes * 6), Self.largestStep)
        let space = min(room, allowed < wanted ? allowed + 1 : wanted)
        let isByteWise = isByteWise
        var status = Z_OK
        var consumed = 0
        let produced = output.writeWithUnsafeMutableBytes(minimumWritableBytes: space) { memory in
            let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<space])
            return input.withUnsafeReadableBytes { bytes in
                let result = Self.inflate(stream, bytes, into: room, isByteWise: isByteWise)
                status = result.status
                consumed = result.consumed
                return result.produced
            }
        }
        input.moveReaderIndex(forwardBy: consumed)
        if produced > allowed { throw .tooBig }
        switch status {
        case Z_STREAM_END:
            // A block with BFINAL ends the stream for zlib, not for RFC 7692 §7.2.3.4: go on with the same window.
            guard inflateResetKeep(stream.pointer) == Z_OK else { throw .invalid("the stream can't be continued") }
            isAtBoundary = true
            return input.readableBytes > 0
        case Z_OK, Z_BUF_ERROR:
            let state = stream.pointer.pointee.data_type
            isAtBoundary = state & 128 != 0 && state & 63 == 0
            return produced == space
        case Z_MEM_ERROR: throw .outOfMemory
        default:
            throw .invalid(stream.pointer.pointee.msg.map { String(cString: $0) } ?? "not DEFLATE data")
        }
    }

    /// Ends a message: inflates the 4 bytes its sender left out, unless it is complete without them.
    ///
    /// They are an empty block; if they are anything else, the message stopped inside a block.
    mutating func endMessage() throws(Failure) {
        if !isAtBoundary { try inflateTail() }
        guard forgetsAfterMessage, stream != nil else { return }
        try forget()
        pool?.giveBack(&stream)
    }

    private mutating func inflateTail() throws(Failure) {
        guard let stream = stream.unique(orNew: .inflate(windowBits: windowBits)) else { throw .outOfMemory }
        let (status, consumed, produced) = Self.tail.withUnsafeBytes { tail in
            // Room for one byte, which no end of a message can fill.
            withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { room in
                stream.run(tail, into: room) { CZlib.inflate($0, Z_SYNC_FLUSH) }
            }
        }
        guard consumed == Self.tail.count, produced == 0 else { throw .truncated }
        let state = stream.pointer.pointee.data_type
        switch status {
        case Z_OK where state & 128 != 0 && state & 63 == 0: break
        // The 4 bytes may end a stored block that has BFINAL.
        case Z_STREAM_END where inflateResetKeep(stream.pointer) == Z_OK: break
        default: throw .truncated
        }
        isAtBoundary = true
    }

    private mutating func forget() throws(Failure) {
        guard let own = stream.unique(orNew: .inflate(windowBits: windowBits)), inflateReset(own.pointer) == Z_OK else {
            throw .outOfMemory
        }
    }

    private static func inflate(
        _ stream: ZlibStream, _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        isByteWise: Bool
    ) -> (status: Int32, consumed: Int, produced: Int) {
        guard isByteWise else { return stream.run(input, into: output) { CZlib.inflate($0, Z_SYNC_FLUSH) } }
        // zlib allows any distance inside the output of one call: with one byte a call, only the window is left.
        var consumed = 0
        var produced = 0
        while produced < output.count {
            let result = stream.run(
                UnsafeRawBufferPointer(rebasing: input[consumed...]),
                into: UnsafeMutableRawBufferPointer(rebasing: output[produced..<(produced + 1)])
            ) { CZlib.inflate($0, Z_SYNC_FLUSH) }
            consumed += result.consumed
            produced += result.produced
            guard result.status == Z_OK, result.produced == 1 else { return (result.status, consumed, produced) }
        }
        return (Z_OK, consumed, produced)
    }
}
