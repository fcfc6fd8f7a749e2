import Foundation
import NIOCore
import NIOPosix

/// The least that a client on NIO must do: one loop, bytes made once, one handler for each connection that looks for the
/// end of the answer to its upgrade, and then counts bytes.
///
///     RawClient PORT CLIENTS echo|idle HANDSHAKE
///
/// With `echo` each client keeps one message of 32 bytes on its way; HANDSHAKE is a file with the bytes of the request for
/// the upgrade, for any port. Runs until it is ended.
@main
struct RawClient {
    /// Connections that are being opened at the same time.
    private static let atOnce = 128

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 4, let port = Int(arguments[0]), let clients = Int(arguments[1]),
            ["echo", "idle"].contains(arguments[2])
        else {
            print("usage: RawClient PORT CLIENTS echo|idle HANDSHAKE")
            exit(2)
        }
        let handshake = try String(contentsOfFile: arguments[3], encoding: .utf8)
            .replacing(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1:\(port)")
        let talks = arguments[2] == "echo"
        takeAllDescriptors()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        try loop.submit {
            let crowd = RawCrowd(port: port, clients: clients, handshake: handshake, talks: talks, loop: loop)
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
