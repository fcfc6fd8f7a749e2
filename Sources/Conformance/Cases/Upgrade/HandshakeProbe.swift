import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

/// A literal WebSocket handshake followed by a ping of RFC 6455 §5.7, on one path.
struct HandshakeProbe: Sendable {
    static let label = RequestLabel.handshake
    /// The masked "Hello" of §5.7, as a ping, must come back as this pong.
    static let hello = Array("Hello".utf8)

    var target: String
    var connectionHeader = "Upgrade"
    var extraHeaders: [(name: String, value: String)] = []

    func run(_ stage: CaseStage) async throws {
        let client = stage.client()
        let session = client.nextSessionName()
        do throws(WireError) {
            let peer = try await LiteralWebSocketPeer.open(
                client, target: target, session: session, label: Self.label, connectionHeader: connectionHeader,
                extraHeaders: extraHeaders)
            if peer.response.status == 101 {
                peer.send(opcode: 9, Self.hello)
                client.record(.messageSent(pingMessage(session)))
                // DDP and SockJS may speak first; their frames are none of this probe's business.
                let frame = try await peer.readFrame(opcode: 10, within: CaseBudget.answer)
                if frame.isFinal, frame.payload == Self.hello { client.record(.messageReceived(pingMessage(session))) }
            }
            await peer.close()
        } catch {
            // The failure of the request is recorded; a missing pong shows as a message that never came back.
        }
    }

    private func pingMessage(_ session: String) -> Message {
        Message(
            session: session, epoch: 1, number: 1, payload: "Hello", bytes: 5, digest: PayloadDigest.of(Self.hello))
    }

    /// Judges the probes of a pass: the 101, its accept value, and the pong.
    static func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        for exchange in history.exchanges where exchange.sent.label == label {
            judgement.observations += 1
            let line = [history.evidence(exchange)]
            guard let response = exchange.response else {
                judgement.findings.append(
                    Finding(
                        .upgradeNotForwarded,
                        "the upgrade of \(exchange.sent.target) got no answer: \(exchange.failure?.detail ?? "")",
                        evidence: line, deadline: exchange.missedDeadline))
                continue
            }
            guard response.status == 101 else {
                judgement.findings.append(
                    Finding(
                        .upgradeNotForwarded,
                        "the upgrade of \(exchange.sent.target) was answered \(response.status), expected 101",
                        evidence: line + seenByNode(exchange)))
                continue
            }
            if response.values(of: "sec-websocket-accept") != [LiteralWebSocketPeer.accept] {
                judgement.findings.append(
                    Finding(
                        .acceptWrong,
                        "Sec-WebSocket-Accept is \(response.values(of: "sec-websocket-accept")), expected "
                            + LiteralWebSocketPeer.accept, evidence: line))
            }
        }
        return Judgement.joining(judgement, EchoChecker(altered: .tunnelClosed).judge(history).asTunnelFindings)
    }

    private static func seenByNode(_ exchange: Exchange) -> [Evidence] {
        exchange.executions.map { execution in
            let fields = ["upgrade", "connection"].map { name in
                "\(name): \(execution.request.values(of: name).joined(separator: ", "))"
            }
            return Evidence(
                "\(execution.nodeID) saw \(execution.request.method) \(execution.request.target) with "
                    + fields.joined(separator: "; "))
        }
    }
}

extension Judgement {
    /// A lost pong means a dead tunnel, whatever it is called elsewhere.
    var asTunnelFindings: Judgement {
        var copy = self
        copy.findings = findings.map {
            Finding(
                .tunnelClosed, "the tunnel did not carry a ping and its pong: \($0.message)", evidence: $0.evidence,
                deadline: $0.deadline)
        }
        return copy
    }
}

extension FindingCode {
    /// A 101 came with another Sec-WebSocket-Accept than the key asks for (RFC 6455 §4.2.2).
    static let acceptWrong = FindingCode("accept-wrong", .upgrade)
    /// A tunnel was closed right after its 101.
    static let tunnelClosed = FindingCode("tunnel-closed", .rewriting)
}
