import NIOCore

/// An answer whose body is written piece by piece, each in a chunk of its own and flushed at once.
///
/// Nothing is sent before the first piece, which takes the head along.
final class AnswerStream {
    private var deliver: ((ByteBuffer, _ isLast: Bool) -> Void)?
    /// Called once if the connection is lost before the last piece.
    var onAbort: (() -> Void)?
    /// Called with false when the connection can take no more for now, with true when it can again.
    var onWritabilityChanged: ((Bool) -> Void)?

    init(_ deliver: @escaping (ByteBuffer, _ isLast: Bool) -> Void) { self.deliver = deliver }

    func write(_ piece: [UInt8], isLast: Bool) {
        let deliver = self.deliver
        if isLast { release() }
        deliver?(ByteBuffer(bytes: piece), isLast)
    }

    func abort() {
        let abort = onAbort
        release()
        abort?()
    }

    private func release() {
        deliver = nil
        onAbort = nil
        onWritabilityChanged = nil
    }
}
