extension Behavior {
    /// How a node's answers come to the client.
    package struct Answers: Sendable, Equatable {
        /// Whether the body goes on as it comes.
        package var buffering = Buffering.none
        /// What a client gets instead of a node's 4xx or 5xx; upgrades have a rule of their own.
        package var errors = Errors.passed
        /// What becomes of an answer whose node's connection ends in the middle.
        package var cut = Cut.shown
        /// What becomes of a request whose client gave it up.
        package var abandoned = Abandoned.cancelled
        /// Bytes of a body; a longer one is cut there. Nil: no limit.
        package var bodyLimit: Int?
        /// Which answers are kept and given again; nil keeps none.
        package var cache: Cache?

        /// Whether a body goes on as it comes.
        package enum Buffering: Sendable, Equatable {
            /// Each piece at once.
            case none
            /// In one piece when it is complete, up to 64 MiB.
            case whole
            /// In one piece if the client accepts gzip, as gateways do that compress.
            case wholeForGzip
        }
        /// What a client gets instead of a node's 4xx or 5xx.
        package enum Errors: Sendable, Equatable {
            /// The node's answer.
            case passed
            /// A page of the proxy's with the node's status and without its fields.
            case replaced
        }
        /// What becomes of an answer whose node's connection ends in the middle.
        package enum Cut: Sendable, Equatable {
            /// The client's connection ends before the body is complete, so that it can tell (RFC 9112 §8).
            case shown
            /// The body is ended as if it were complete.
            case hidden
        }
        /// What becomes of a request whose client gave it up.
        package enum Abandoned: Sendable, Equatable {
            /// The connection to the node ends, so that the node can tell.
            case cancelled
            /// The node goes on with it and its answer is thrown away.
            case continued
        }
        /// A shared cache of answers that are `public` and have a `max-age` (RFC 9111), keyed by method and target alone.
        package struct Cache: Sendable, Equatable {
            /// Methods whose answers are kept.
            package var methods: [String]
            /// Statuses that are kept.
            package var statuses: [Int]
            /// Answers kept; then nothing more is.
            package var capacity = 1024

            /// A cache of these answers.
            package init(methods: [String], statuses: [Int]) {
                self.methods = methods
                self.statuses = statuses
            }
        }
    }
}
