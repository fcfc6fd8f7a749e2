import Synchronization
import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The loopback network of one bench: 127.a.b.0/24, its own among all benches of all processes as far as pids tell.
struct LabAddresses: Sendable, Hashable {
    /// Client addresses a bench has.
    static let clientCount = 200

    private static let taken = Atomic<Int>(0)
    private let prefix: String

    /// The next network of this process.
    init() {
        let pid = Int(getpid())
        let index = Self.taken.wrappingAdd(1, ordering: .relaxed).oldValue
        prefix = "127.\(16 + pid % 200).\((pid / 200 + index) % 250)"
    }

    /// Where node number `number` (from 1) listens.
    func node(_ number: Int) -> Endpoint { Endpoint(host: "\(prefix).\(number)", port: 0) }

    /// Address of the balancer.
    var front: String { "\(prefix).254" }

    /// Source address of the client number `number`; addresses repeat after 200 clients.
    func client(_ number: Int) -> String { "\(prefix).\(10 + number % Self.clientCount)" }
}
