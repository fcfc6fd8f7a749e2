import Foundation
import NIOCore
import NIOPosix

/// The least that a client on NIO must do: one loop, bytes made once, one handler for each connection that looks for the
/// end of the answer to its upgrade, and then counts bytes.
///
///     RawClient PORT CLIENTS echo|idle
///
/// With `echo` each client keeps one message of 32 bytes on its way; runs until it is ended.
@main
struct RawClient {
    /// Connections that are being opened at the same time.
    private static let atOnce = 128

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 3, let port = arguments.first.flatMap({ Int($0) }),
            let clients = arguments.dropFirst().first.flatMap({ Int($0) }), let mode = arguments.last,
            ["echo", "idle"].contains(mode)
        else {
            print("usage: RawClient PORT CLIENTS echo|idle")
            exit(2)
        }
        takeAllDescriptors()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        try loop.submit {
            let crowd = RawCrowd(port: port, clients: clients, talks: mode == "echo", loop: loop)
            for _ in 0..<atOnce { crowd.connectNext() }
        }.wait()
        // Until a signal.
        while true { sleep(.max) }
    }

    private static func takeAllDescriptors() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
