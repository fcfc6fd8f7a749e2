import BenchmarkProcess
import Glibc

/// What EchoServer has counted.
struct EchoCounters {
    var upgrades: Int
    var messages: Int

    /// Asks the server at this port.
    init(port: Int) throws {
        let answer = try Self.get("/stats", port)
        func count(_ name: String) throws -> Int {
            guard let start = answer.firstRange(of: "\"\(name)\": ")?.upperBound,
                let number = Int(answer[start...].prefix { $0.isNumber })
            else { throw ServerProcess.Failure(description: "EchoServer tells no \(name): \(answer)") }
            return number
        }
        upgrades = try count("upgrades")
        messages = try count("messages")
    }

    /// The answer of the server at this port, with its head.
    static func get(_ path: String, _ port: Int) throws -> String {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        guard isConnected, send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else {
            throw ServerProcess.Failure(description: "EchoServer does not answer")
        }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(socket, &piece, piece.count, 0), count > 0 { answer += piece[..<count] }
        return String(decoding: answer, as: UTF8.self)
    }
}
