import Synchronization
import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The loopback addresses where one bench listens: 127.a.b.0/24 for nodes and balancer, its own among all benches of all
/// processes as far as pids tell.
struct LabAddresses: Sendable, Hashable {
    private static let taken = Atomic<Int>(0)
    private let network: Int
    private let subnet: Int

    /// The next network of this process.
    init() {
        self.init(pid: Int(getpid()), index: Self.taken.wrappingAdd(1, ordering: .relaxed).oldValue)
    }

    /// The network number `index` of the process `pid`; 250 in a row differ.
    init(pid: Int, index: Int) {
        network = 16 + pid % 200
        subnet = (pid / 200 + index) % 250
    }

    /// Where node number `number` (from 1) listens.
    func node(_ number: Int) -> Endpoint { Endpoint(host: "127.\(network).\(subnet).\(number)", port: 0) }

    /// Address of the balancer.
    var front: String { "127.\(network).\(subnet).254" }
}
