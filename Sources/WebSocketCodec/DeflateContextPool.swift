import Synchronization

/// Keeps zlib contexts that no message is using, for connections without context takeover.
///
/// Such a connection needs a context only while a message passes, so thousands of them can share the few of one pool.
/// Use one pool per event loop or thread; sharing one more widely is safe and only adds contention.
public final class DeflateContextPool: Sendable {
    /// The most idle contexts of one kind that are kept; a deflater of 15 bits has 268 KB.
    public let maximumIdle: Int
    private let idle = Mutex<[ZlibStream.Direction: [ZlibStream]]>([:])

    /// An empty pool; contexts come into it when messages end.
    public init(maximumIdle: Int = 8) {
        self.maximumIdle = max(0, maximumIdle)
    }

    /// How many contexts wait in the pool.
    public var idleCount: Int {
        idle.withLock { kinds in kinds.values.reduce(0) { $0 + $1.count } }
    }

    /// A context in its initial state, if there is one.
    func take(_ direction: ZlibStream.Direction) -> ZlibStream? {
        idle.withLock { $0[direction]?.popLast() }
    }

    /// Takes the context away from its owner, who has reset it, unless a copy of the owner still uses it.
    func giveBack(_ stream: inout ZlibStream?) {
        guard isKnownUniquelyReferenced(&stream), let returned = stream else { return }
        stream = nil
        idle.withLock { kinds in
            if kinds[returned.direction, default: []].count < maximumIdle {
                kinds[returned.direction, default: []].append(returned)
            }
        }
    }
}
