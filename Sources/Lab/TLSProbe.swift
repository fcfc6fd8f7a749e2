import NIOCore
import Wire

/// Asks whether a listener speaks TLS, which a plain request can't tell: some answer 400, some close, some send an alert.
enum TLSProbe {
    /// Whether the peer answers a greeting of TLS with a record of TLS, whatever it says in it.
    static func isAnswered(at endpoint: Endpoint, on loop: any EventLoop) async -> Bool {
        do throws(WireError) {
            let connection = try await RawConnection.open(
                ConnectionFactory(target: endpoint, limit: .seconds(2)), on: loop)
            connection.send(clientHello)
            do throws(WireError) {
                let start = try await connection.read(2, within: .seconds(2))
                await connection.close()
                return (start[0] == 0x15 || start[0] == 0x16) && start[1] == 0x03
            } catch {
                await connection.close()
                return false
            }
        } catch {
            return false
        }
    }

    /// A ClientHello of TLS 1.2 (RFC 5246 §7.4.1.2) with one cipher suite and no extensions.
    private static let clientHello: [UInt8] =
        // Record: handshake, version 3.1, 45 bytes; message: ClientHello, 41 bytes, version 3.3.
        [0x16, 0x03, 0x01, 0x00, 0x2d, 0x01, 0x00, 0x00, 0x29, 0x03, 0x03]
        + [UInt8](repeating: 0x5a, count: 32)
        // No session, suite TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
        + [0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00]
}
