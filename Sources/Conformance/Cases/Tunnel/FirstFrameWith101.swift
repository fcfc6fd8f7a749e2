import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `tunnel/first-frame-with-101`
    static let tunnelFirstFrameWith101 = ConformanceCase(
        CaseDescription(
            id: "tunnel/first-frame-with-101", title: "A frame right behind the 101 arrives",
            features: [.websocketUpgrade],
            proves: "A frame that the node writes together with its 101, small or large, reaches the client whole "
                + "(RFC 6455 §4.2.2: the server may send at once).",
            findings: [.upgradeNotForwarded, .firstFrameLost], hasControl: true),
        workload: { stage in
            for size in firstFrameSizes {
                let client = stage.client()
                let session = client.nextSessionName("\(size)")
                do throws(WireError) {
                    let peer = try await LiteralWebSocketPeer.open(
                        client, target: "/first-frame?bytes=\(size)", session: session)
                    guard peer.response.status == 101 else { continue }
                    do throws(WireError) {
                        _ = try await peer.readMessage(within: CaseBudget.answer, number: 1)
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
            Judgement.joining(UpgradeChecker().judge(history), firstFrames(history))
        })
}

private let firstFrameSizes = [7, 125, 3_000, 65_536]

private func firstFrames(_ history: HistoryView) -> Judgement {
    let labels = history.sessionLabels
    var judgement = Judgement(observations: 0)
    for exchange in history.exchanges where exchange.response?.status == 101 {
        guard let session = exchange.sent.session, let size = labels[session].flatMap({ Int($0) })
        else { continue }
        judgement.observations += 1
        let pattern = Array("abcdefghij".utf8)
        let digest = PayloadDigest.of((0..<size).lazy.map { pattern[$0 % 10] })
        let end = history.events.last { event in
            switch event.kind {
            case .messageReceived(let message): message.session == session
            case .sessionClosed(let closed): closed.session == session
            default: false
            }
        }
        if let end, case .messageReceived(let message) = end.kind, message.digest == digest { continue }
        let lines = [history.evidence(exchange)] + (end.map { [history.evidence($0)] } ?? [])
        var deadline: ClosedRange<HistoryTime>?
        if let end, case .sessionClosed(let closed) = end.kind {
            deadline = closed.missedDeadline(until: end.time, since: exchange.endedAt)
        }
        judgement.findings.append(
            Finding(
                .firstFrameLost, "the frame of \(size) bytes that the node wrote with its 101 did not arrive whole",
                evidence: lines, deadline: deadline))
    }
    return judgement
}

extension FindingCode {
    /// A frame that the node sent with its 101 did not arrive.
    static let firstFrameLost = FindingCode("first-frame-lost", .rewriting)
}
