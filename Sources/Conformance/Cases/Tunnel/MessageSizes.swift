import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `tunnel/message-sizes`
    static let tunnelMessageSizes = ConformanceCase(
        CaseDescription(
            id: "tunnel/message-sizes", title: "Messages of all length forms pass unaltered",
            features: [.websocketUpgrade],
            proves: "Text and binary messages of 0, 125, 126, 65 535, 65 536 bytes and 1 MiB come back byte for byte, "
                + "in whatever frames (RFC 6455 §5.2).",
            findings: [.upgradeNotForwarded, .payloadAltered, .messageLost, .messageDuplicated, .messageReordered],
            schedule: .shared(seconds: 3),
            hasControl: true),
        workload: { stage in
            for opcode: UInt8 in [1, 2] {
                let client = stage.client()
                do throws(WireError) {
                    let peer = try await LiteralWebSocketPeer.open(
                        client, target: "/echo/websocket", session: client.nextSessionName())
                    guard peer.response.status == 101 else { continue }
                    do throws(WireError) {
                        for (index, size) in [0, 125, 126, 65_535, 65_536, 1 << 20].enumerated() {
                            peer.send(opcode: opcode, payload(opcode, size), number: index + 1)
                            _ = try await peer.readMessage(within: CaseBudget.slowAnswer, number: index + 1)
                        }
                    } catch {
                        peer.recordClosed(code: 1006, reason: "\(error)", cause: error.endCause)
                    }
                    await peer.close()
                } catch {
                    // The failure is recorded with the request.
                }
            }
        },
        judge: { history in
            let upgrades = UpgradeChecker().judge(history)
            return Judgement.joining(upgrades, EchoChecker(altered: .payloadAltered).judge(history))
        })
}

/// Printable bytes for text, all byte values for binary, with a period that no buffer size divides.
private func payload(_ opcode: UInt8, _ size: Int) -> [UInt8] {
    (0..<size).map { (index: Int) -> UInt8 in opcode == 1 ? UInt8(32 + index % 89) : UInt8(index % 251) }
}

extension FindingCode {
    /// A message came back with other bytes.
    static let payloadAltered = FindingCode("payload-altered", .rewriting)
}
