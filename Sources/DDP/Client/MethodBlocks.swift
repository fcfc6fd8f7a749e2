/// The methods of one client whose results or writes are outstanding, in blocks that are sent one after another: a
/// `wait` method is a block of its own.
struct MethodBlocks: Sendable {
    struct Method: Sendable {
        var id: String
        var message: ClientMessage
        var options: CallOptions
        var wasSent = false
        var isVisible = false
        var outcome: Result<JSONValue?, ApplicationError>?
    }

    private struct Block: Sendable {
        var waits: Bool
        var methods: [Method]
    }

    private var blocks: [Block] = []

    var isEmpty: Bool { blocks.isEmpty }
    /// Every outstanding method.
    var all: [Method] { blocks.flatMap(\.methods) }

    /// Takes a method in; true if its block may be sent.
    mutating func append(_ method: Method) -> Bool {
        if !method.options.wait, let last = blocks.indices.last, !blocks[last].waits {
            blocks[last].methods.append(method)
        } else {
            blocks.append(Block(waits: method.options.wait, methods: [method]))
        }
        return blocks.count == 1
    }

    /// A sent method of the first block.
    subscript(id: String) -> Method? {
        get { blocks.first?.methods.first { $0.id == id } }
        set {
            guard let index = blocks.first?.methods.firstIndex(where: { $0.id == id }) else { return }
            if let newValue { blocks[0].methods[index] = newValue } else { blocks[0].methods.remove(at: index) }
        }
    }

    /// Marks what the first block has not sent yet as sent and returns it; a block without methods gives way.
    mutating func takeUnsent() -> [Method] {
        while let first = blocks.first, first.methods.isEmpty { blocks.removeFirst() }
        guard !blocks.isEmpty else { return [] }
        var unsent: [Method] = []
        for index in blocks[0].methods.indices
        where !blocks[0].methods[index].wasSent && blocks[0].methods[index].outcome == nil {
            blocks[0].methods[index].wasSent = true
            blocks[0].methods[index].isVisible = false
            unsent.append(blocks[0].methods[index])
        }
        return unsent
    }

    /// The connection is another one: nothing was sent on it. Returns the methods that must not be sent again, which
    /// are outstanding no more.
    mutating func forgetSending() -> [Method] {
        guard !blocks.isEmpty else { return [] }
        let isLost = { (method: Method) in method.wasSent && method.options.noRetry && method.outcome == nil }
        let lost = blocks[0].methods.filter(isLost)
        blocks[0].methods.removeAll(where: isLost)
        for index in blocks[0].methods.indices {
            blocks[0].methods[index].wasSent = false
            blocks[0].methods[index].isVisible = false
        }
        if blocks[0].methods.isEmpty { blocks.removeFirst() }
        return lost
    }

    /// Puts blocks before all others; neighbours that need not wait become one.
    mutating func prepend(_ front: MethodBlocks) {
        var front = front.blocks
        if let last = front.last, let next = blocks.first, !last.waits, !next.waits {
            front[front.count - 1].methods += next.methods
            blocks.removeFirst()
        }
        blocks = front + blocks
    }
}
