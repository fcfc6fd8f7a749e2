#if canImport(Glibc)
    import Glibc
#endif

/// Where a client takes the masking key of each frame from.
public struct MaskingKeySource: Sendable {
    private enum Kind: Sendable {
        case random
        case fixed(MaskingKey)
    }

    private static let refillCount = 64
    private let kind: Kind
    private var pool: [UInt32] = []

    private init(_ kind: Kind) {
        self.kind = kind
    }

    /// A fresh key from the system's random source for each frame, as RFC 6455 §5.3 demands.
    public static let random = MaskingKeySource(.random)

    /// The same key for each frame: for vectors and reproducible runs, not for real traffic.
    public static func fixed(_ key: MaskingKey) -> MaskingKeySource {
        MaskingKeySource(.fixed(key))
    }

    /// The next key. Random keys are drawn 64 at a time, the most getentropy gives, so that a frame does not cost a system call.
    public mutating func next() -> MaskingKey {
        switch kind {
        case .fixed(let key): return key
        case .random:
            if let word = pool.popLast() { return MaskingKey(word: word) }
            refill()
            return MaskingKey(word: pool.popLast() ?? .random(in: .min ... .max))
        }
    }

    private mutating func refill() {
        #if canImport(Glibc)
            pool.reserveCapacity(Self.refillCount)
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.refillCount) { words in
                words.initialize(repeating: 0)
                let bytes = UnsafeMutableRawBufferPointer(words)
                guard getentropy(bytes.baseAddress, bytes.count) == 0 else { return }
                pool.append(contentsOf: words)
            }
        #endif
    }
}
