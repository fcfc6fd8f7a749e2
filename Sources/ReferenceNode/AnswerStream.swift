import NIOCore

/// Who writes an answer in pieces.
protocol AnswerStreamOwner: AnyObject {
    /// The connection is lost before the last piece; told once.
    func lost(_ stream: AnswerStream)
    /// The connection can take no more for now, or can again.
    func changed(_ stream: AnswerStream, isWritable: Bool)
}

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
    /// Held until the last piece.
    private var owner: (any AnswerStreamOwner)?
    /// The owner's name for it.
    private(set) var id: UInt64 = 0

    init(_ head: ByteBuffer, _ form: Form, by writer: AnswerWriter) {
        self.head = head
        self.form = form
        self.writer = writer
    }

    func begin(by owner: any AnswerStreamOwner, id: UInt64) {
        self.owner = owner
        self.id = id
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
        let owner = owner
        release()
        owner?.lost(self)
    }

    func writabilityChanged(_ isWritable: Bool) { owner?.changed(self, isWritable: isWritable) }

    private func release() {
        writer = nil
        head = nil
        owner = nil
    }
}
