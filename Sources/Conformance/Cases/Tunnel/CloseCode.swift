import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `tunnel/close-code`
    static let tunnelCloseCode = ConformanceCase(
        CaseDescription(
            id: "tunnel/close-code", title: "Close codes and reasons pass both ways", features: [.websocketUpgrade],
            proves: "A close frame of the client reaches the node and is echoed, and a close frame of the node reaches "
                + "the client, each with its code and reason (RFC 6455 §5.5.1, §7).",
            findings: [.upgradeNotForwarded, .closeCodeLost], hasControl: true),
        workload: { stage in
            for code: UInt16 in [1000, 1001, 3000, 4999] { await closeByClient(stage, code) }
            for code: UInt16 in [1001, 1011, 4001] { await closeByNode(stage, code) }
        },
        judge: { history in
            Judgement.joining(UpgradeChecker().judge(history), closesSeen(history))
        })
}

private func closeByClient(_ stage: CaseStage, _ code: UInt16) async {
    await withPeer(stage, code, closes: .client) { peer throws(WireError) in
        peer.send(opcode: 8, [UInt8(code >> 8), UInt8(code & 0xff)] + Array("bye \(code)".utf8))
    }
}

private func closeByNode(_ stage: CaseStage, _ code: UInt16) async {
    await withPeer(stage, code, closes: .node) { peer throws(WireError) in
        peer.send(opcode: 1, Array("close:\(code):bye \(code)".utf8))
    }
}

/// Who closes a session first; its label says so, with the code.
private enum Closer: String {
    case client, node

    private static let closes = "-closes-"

    func label(_ code: UInt16) -> String { "\(rawValue)\(Self.closes)\(code)" }

    static func read(_ label: String) -> (closer: Closer, code: Int)? {
        guard let range = label.firstRange(of: closes),
            let closer = Closer(rawValue: String(label[..<range.lowerBound])),
            let code = Int(label[range.upperBound...])
        else { return nil }
        return (closer, code)
    }
}

/// Opens a tunnel, starts a close, and records the close frame that comes back, or 1006 and why none came.
private func withPeer(
    _ stage: CaseStage, _ code: UInt16, closes closer: Closer,
    _ start: (LiteralWebSocketPeer) async throws(WireError) -> Void
) async {
    let client = stage.client()
    let session = client.nextSessionName(closer.label(code))
    do throws(WireError) {
        let peer = try await LiteralWebSocketPeer.open(client, target: "/echo/websocket", session: session)
        guard peer.response.status == 101 else { return }
        client.record(
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: 1, transport: .rawWebSocket, nodeID: peer.response.nodeID,
                    bootID: peer.response.bootID)))
        do throws(WireError) {
            try await start(peer)
            let frame = try await peer.readFrame(opcode: 8, within: CaseBudget.answer)
            let seen = frame.payload.count < 2 ? 1005 : Int(frame.payload[0]) << 8 | Int(frame.payload[1])
            peer.recordClosed(
                code: seen, reason: String(decoding: frame.payload.dropFirst(2), as: UTF8.self),
                cause: closer == .client ? .client : .peer)
            if closer == .node { peer.send(opcode: 8, Array(frame.payload.prefix(2))) }
        } catch {
            peer.recordClosed(code: 1006, reason: "\(error)", cause: error.endCause)
        }
        await peer.close()
    } catch {
        // The failure is recorded with the request.
    }
}

private func closesSeen(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let labels = history.sessionLabels
    let opened = Dictionary(history.sessions.map { ($0.opened.session, $0.openedAt) }, uniquingKeysWith: { $1 })
    for event in history.events {
        guard case .client = event.actor, case .sessionClosed(let closed) = event.kind,
            let (closer, code) = labels[closed.session].flatMap(Closer.read)
        else { continue }
        judgement.observations += 1
        if closed.code != code || closed.reason != "bye \(code)" {
            let who = closer == .client ? "the echo of the client's close" : "the node's close"
            judgement.findings.append(
                Finding(
                    .closeCodeLost,
                    "\(who) should arrive as \(code) \"bye \(code)\", but came as \(closed.code) "
                        + closed.reason.debugDescription, evidence: [history.evidence(event)],
                    deadline: closed.missedDeadline(until: event.time, since: opened[closed.session])))
        }
    }
    return judgement
}

extension FindingCode {
    /// A close frame's code or reason did not arrive (RFC 6455 §7.4).
    static let closeCodeLost = FindingCode("close-code-lost", .rewriting)
}
