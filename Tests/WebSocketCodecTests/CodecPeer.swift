import Foundation
import NIOCore
import Synchronization
import TestSupport

@testable import WebSocketCodec

/// `harness/peers/codec_peer.py` as a child process: PyPI's `websockets` and Python's `zlib`, spoken to over pipes.
///
/// Sendable: `lend` gives each one to a single test at a time.
final class CodecPeer: @unchecked Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static let checkout = Checkout.root.path
    static let python = "\(checkout)/.build-peers/venv/bin/python"
    /// In CI a missing peer is a failure; elsewhere `harness/test` says loudly that it is left out.
    static let isTested =
        ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.isExecutableFile(atPath: python)

    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private var pending = Data()

    private static let idle = Mutex<[CodecPeer]>([])

    /// Runs `body` with a process of its own, one that is there already if possible: starting Python takes longer than
    /// most tests. A process that met an error is not lent again.
    static func lend(to body: (CodecPeer) throws -> Void) throws {
        let peer = try idle.withLock { $0.popLast() } ?? CodecPeer()
        try body(peer)
        idle.withLock { $0.append(peer) }
    }

    private init() throws {
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = ["\(Self.checkout)/harness/peers/codec_peer.py"]
        process.standardInput = requests
        process.standardOutput = answers
        // A child that has ended is reported where its answer is missing.
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        // Our copy of the child's end would hide that it has ended.
        try? answers.fileHandleForWriting.close()
    }

    deinit {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    struct Answer: Decodable {
        struct Message: Decodable, Equatable {
            var opcode: UInt8
            var payload: String
        }

        struct Close: Decodable, Equatable {
            var code: UInt16
            var reason: String
        }

        var output: String?
        var extensions: Extensions?
        var messages: [Payload]?
        var payloads: [String]?
        var close: Close?
        var open: Bool?
        var error: String?

        /// A header's value from a server, descriptions from a connection.
        enum Extensions: Decodable {
            case header(String)
            case agreed([String])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                do { self = .header(try container.decode(String.self)) } catch {
                    self = .agreed(try container.decode([String].self))
                }
            }
        }

        /// A message of a connection, or bare bytes from zlib.
        enum Payload: Decodable {
            case message(Message)
            case bytes(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                do { self = .bytes(try container.decode(String.self)) } catch {
                    self = .message(try container.decode(Message.self))
                }
            }
        }
    }

    /// Sends one request and waits for its answer.
    func ask(_ command: String, _ fields: [String: Any] = [:]) throws -> Answer {
        var request = fields
        request["do"] = command
        try requests.fileHandleForWriting.write(
            contentsOf: JSONSerialization.data(withJSONObject: request) + Data("\n".utf8))
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = pending[..<end]
                pending = Data(pending[(end + 1)...])
                return try JSONDecoder().decode(Answer.self, from: Data(line))
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure(description: "codec_peer.py ended before it answered \(command)") }
            pending += more
        }
    }
}

extension ByteBuffer {
    /// The readable bytes as the peer's lines have them.
    var base64: String { Data(readableBytesView).base64EncodedString() }

    init(base64: String) throws {
        guard let data = Data(base64Encoded: base64) else {
            throw CodecPeer.Failure(description: "expected Base64, got \(base64.prefix(80))")
        }
        self.init(bytes: data)
    }
}
