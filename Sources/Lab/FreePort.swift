import NIOCore
import NIOPosix
import Wire

/// Finds a free port for a program that can't tell which one it took.
enum FreePort {
    /// A port that was free on this address a moment ago. The address belongs to one bench alone, so it stays free.
    static func find(on host: String, loop: any EventLoop) async throws -> Endpoint {
        let channel = try await ServerBootstrap(group: loop).bind(host: host, port: 0).get()
        let found = Endpoint(channel.localAddress)
        try await channel.close().get()
        guard let found else { throw LabError.notStarted("no free port on \(host)") }
        return found
    }
}
