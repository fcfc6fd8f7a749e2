import NIOCore

/// An answer whose body is written piece by piece, each in a chunk of its own; flush once nothing more is to come for now.
///
/// Nothing is sent before the first piece, which takes the head along.
final class AnswerStream {
    /// How the pieces are framed, and what comes after the last one.
    struct Form {
        var isChunked: Bool
        var keepsAlive: Bool
    }

    private var writer: AnswerWriter?
    private var head: ByteBuffer?
    private let form: Form
    /// Called once if the connection is lost before the last piece.
    var onAbort: (() -> Void)?
    /// Called with false when the connection can take no more for now, with true when it can again.
    var onWritabilityChanged: ((Bool) -> Void)?

    init(_ head: ByteBuffer, _ form: Form, by writer: AnswerWriter) {
        self.head = head
        self.form = form
        self.writer = writer
    }

    func write(_ piece: [UInt8], isLast: Bool) {
        let (writer, head) = (writer, head)
        self.head = nil
        if isLast { release() }
        writer?.write(piece, isLast: isLast, behind: head, form)
    }

    /// Sends what was written; the last piece needs none.
    func flush() { writer?.flush() }

    func abort() {
        let abort = onAbort
        release()
        abort?()
    }

    private func release() {
        writer = nil
        head = nil
        onAbort = nil
        onWritabilityChanged = nil
    }
}
