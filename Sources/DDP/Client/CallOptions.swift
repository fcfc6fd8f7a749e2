/// How a method is called.
public struct CallOptions: Sendable, Hashable {
    /// Whether it waits for all methods before it, and all after it wait for it.
    public var wait = false
    /// Whether it fails, rather than being sent again, when the connection breaks before its result.
    public var noRetry = false
    /// What the server is to seed its random ids with.
    public var randomSeed: String?

    /// Neither, unless told otherwise.
    public init(wait: Bool = false, noRetry: Bool = false, randomSeed: String? = nil) {
        self.wait = wait
        self.noRetry = noRetry
        self.randomSeed = randomSeed
    }
}
