import Glibc
import NIOCore
import NIOPosix

@testable import Discovery

/// A registry that tests stop and start, whatever keeps it.
protocol RegistrySite: Sendable {
    /// A node's discovery.
    func node(_ timing: DiscoveryTiming, _ limits: DiscoveryLimits) throws -> any EndpointDiscovery
    /// It answers no more, in the way of this site.
    func stop() async throws
    /// It answers again.
    func resume() async throws
}

/// In memory; it has lost its memory when it comes back, if it is told to.
struct InMemorySite: RegistrySite {
    var forgets = false
    let registry = InMemoryRegistry(on: MultiThreadedEventLoopGroup.singleton.next())

    func node(_ timing: DiscoveryTiming, _ limits: DiscoveryLimits) -> any EndpointDiscovery {
        InMemoryDiscovery(registry, timing: timing, limits: limits)
    }

    func stop() {
        registry.stop()
        if forgets { registry.forget() }
    }

    func resume() { registry.resume() }
}

/// A real etcd.
struct EtcdSite: RegistrySite {
    /// What becomes of it when it is stopped.
    enum Stop: String, Sendable, CaseIterable {
        case terminated, killed, frozen
        case wiped = "killed with the loss of its disk"
    }

    let server: EtcdServer
    var stop = Stop.killed

    func node(_ timing: DiscoveryTiming, _ limits: DiscoveryLimits) throws -> any EndpointDiscovery {
        EtcdDiscovery(
            try server.address, timing: timing, limits: limits, on: MultiThreadedEventLoopGroup.singleton.next())
    }

    func stop() async throws {
        switch stop {
        case .terminated: await server.end(SIGTERM)
        case .killed: await server.end(SIGKILL)
        case .frozen: server.signal(SIGSTOP)
        case .wiped:
            await server.end(SIGKILL)
            try server.wipe()
        }
    }

    func resume() async throws {
        switch stop {
        case .terminated, .killed, .wiped: try await server.start()
        case .frozen: server.signal(SIGCONT)
        }
    }
}
