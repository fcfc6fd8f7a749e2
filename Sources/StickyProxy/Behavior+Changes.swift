extension Behavior {
    /// What clients feel of it when nodes come and go, when the configuration is read anew, and when the proxy stops.
    package struct Changes: Sendable, Equatable {
        /// Who gets to a node that drains.
        package var draining = Draining.itsClients
        /// What becomes of the tunnels of a node that begins to drain.
        package var tunnelsOnDrain = Tunnels.kept
        /// What becomes of the requests under way on a node that leaves.
        package var requestsOnRemoval = Requests.finished
        /// What becomes of the memory of all clients when a node comes or leaves.
        package var clientsOnRosterChange = Clients.remembered
        /// What a node that comes is there for.
        package var newNodes = NewNodes.serving
        /// What becomes of tunnels when the configuration is read anew.
        package var tunnelsOnReload = Tunnels.kept
        /// What becomes of the requests under way then.
        package var requestsOnReload = Requests.finished
        /// What becomes of the memory of clients then.
        package var clientsOnReload = Clients.remembered
        /// How long a proxy that is told to stop waits for its clients, while it takes no new ones.
        package var leaving = Duration.milliseconds(500)

        /// Who gets to a node that drains.
        package enum Draining: Sendable, Equatable {
            /// Those whom affinity leads there, as with HAProxy's `drain`.
            case itsClients
            /// Nobody: its clients are moved, as with HAProxy's `maint`.
            case nobody
            /// All as before.
            case everybody
        }
        /// What becomes of tunnels.
        package enum Tunnels: Sendable, Equatable {
            /// They live on.
            case kept
            /// They end with close code 1001, as with a reload of Caddy's.
            case ended
        }
        /// What becomes of requests under way.
        package enum Requests: Sendable, Equatable {
            /// They come to their end.
            case finished
            /// They end without an answer, or in the middle of it.
            case cut
        }
        /// What becomes of the memory of clients: tables, session URLs and clients that were moved.
        package enum Clients: Sendable, Equatable {
            /// It is kept.
            case remembered
            /// It is lost, as HAProxy's stick tables are without `peers`.
            case forgotten
        }
        /// What a node that comes is there for.
        package enum NewNodes: Sendable, Equatable {
            /// It gets clients as soon as it is healthy.
            case serving
            /// It gets none until it is undrained, as with servers that are added to HAProxy while it runs.
            case draining
        }
    }
}
