import NIOCore

/// An answer whose body is written piece by piece, each in a chunk of its own; flush once nothing more is to come for now.
///
/// Nothing is sent before the first piece, which takes the head along.
final class AnswerStream {
    private var deliver: ((ByteBuffer, _ isLast: Bool) -> Void)?
    private var deliverNow: (() -> Void)?
    /// Called once if the connection is lost before the last piece.
    var onAbort: (() -> Void)?
    /// Called with false when the connection can take no more for now, with true when it can again.
    var onWritabilityChanged: ((Bool) -> Void)?

    init(_ deliver: @escaping (ByteBuffer, _ isLast: Bool) -> Void, flush: @escaping () -> Void) {
        self.deliver = deliver
        self.deliverNow = flush
    }

    func write(_ piece: [UInt8], isLast: Bool) {
        let deliver = self.deliver
        if isLast { release() }
        deliver?(ByteBuffer(bytes: piece), isLast)
    }

    /// Sends what was written; the last piece needs none.
    func flush() { deliverNow?() }

    func abort() {
        let abort = onAbort
        release()
        abort?()
    }

    private func release() {
        deliver = nil
        deliverNow = nil
        onAbort = nil
        onWritabilityChanged = nil
    }
}
