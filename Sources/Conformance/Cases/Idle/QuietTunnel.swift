import Clocks
import Fleet
import History
import Lab
import Verdicts
import Wire

/// WebSockets on which a message goes there and back, then for a while only what a case lets pass, and then a message
/// again.
enum QuietTunnel {
    /// What passes between the two messages, and how often; the session's label names it.
    enum Talk: String, Sendable {
        /// Nothing.
        case silence
        /// The client sends pongs that nobody asked for, and the node nothing.
        case client
        /// The node sends messages, and the client nothing.
        case node
        /// Messages go there and back.
        case both
    }

    /// Opens one and lets this pass for so long, once in `pace`.
    static func run(_ talk: Talk, for stretch: Duration, pace: Duration, _ stage: CaseStage) async {
        let client = stage.client()
        let session = client.nextSessionName(talk.rawValue)
        do throws(WireError) {
            let peer = try await LiteralWebSocketPeer.open(client, target: "/echo/websocket", session: session)
            guard peer.response.status == 101 else { return await peer.close() }
            client.record(
                .sessionOpened(
                    SessionOpened(
                        session: session, epoch: 1, transport: .rawWebSocket, nodeID: peer.response.nodeID,
                        bootID: peer.response.bootID)))
            do throws(WireError) {
                try await echo("before", 1, on: peer)
                try await pass(talk, for: stretch, pace: pace, on: peer)
                try await echo("still here", 2, on: peer)
                peer.recordClosed(code: 1005, reason: "", cause: .client)
            } catch {
                peer.recordClosed(code: 1006, reason: "\(error)", cause: error.endCause)
            }
            await peer.close()
        } catch {
            // The failure is recorded with the request.
        }
    }

    private static func echo(_ text: String, _ number: Int, on peer: LiteralWebSocketPeer) async throws(WireError) {
        peer.send(opcode: 1, Array(text.utf8), number: number)
        let deadline = MonotonicClock.now + CaseBudget.answer
        // What the node still says by itself comes first.
        repeat {
            let frame = try await peer.readFrame(opcode: 1, within: max(.zero, deadline - .now))
            if frame.payload == Array(text.utf8) {
                return peer.recordReceived(frame, number: number)
            }
        } while MonotonicClock.now < deadline
        throw .timedOut("the echo of a message")
    }

    private static func pass(
        _ talk: Talk, for stretch: Duration, pace: Duration, on peer: LiteralWebSocketPeer
    ) async throws(WireError) {
        if talk == .node { peer.send(opcode: 1, say(for: stretch, pace: pace)) }
        let end = MonotonicClock.now + stretch
        while MonotonicClock.now < end {
            let turn = talk == .client || talk == .both ? min(end, .now + pace) : end
            if talk == .client { peer.send(opcode: 10, []) }
            if talk == .both { peer.send(opcode: 1, Array("talk".utf8)) }
            do throws(WireError) {
                while true { _ = try await peer.readFrame(within: max(.zero, turn - .now)) }
            } catch .timedOut {
                // As it should be: it lives, and this turn is over.
            } catch {
                throw error
            }
        }
    }

    /// What makes a node of ours speak by itself.
    private static func say(for stretch: Duration, pace: Duration) -> [UInt8] {
        let milliseconds = max(1, Int(pace / .milliseconds(1)))
        return Array("say:\(max(1, Int(stretch / pace))):\(milliseconds)".utf8)
    }

    /// Judges those with this talk.
    ///
    /// - Parameter what: what was cut, in words, before the time that it lived for.
    static func judge(
        _ talk: Talk, _ code: FindingCode, _ what: String, in history: HistoryView
    ) -> Judgement {
        var judgement = UpgradeChecker().judge(history)
        let labels = history.sessionLabels
        let heard = echoes(in: history)
        for trace in history.sessions where labels[trace.opened.session] == talk.rawValue {
            let session = trace.opened.session
            guard let before = heard[Echo(session: session, number: 1)] else {
                judgement.doubt = "a message did not come back before the time that is asked for had begun"
                continue
            }
            judgement.observations += 1
            if heard[Echo(session: session, number: 2)] != nil { continue }
            guard let closedAt = trace.closedAt, let closed = trace.closed else {
                judgement.doubt = "the history ends before a WebSocket did"
                continue
            }
            let end = HistoryEvent(time: closedAt, actor: .client(trace.client), kind: .sessionClosed(closed))
            let lived =
                closed.cause == .deadline
                ? "was dead at the end, though nobody closed it: its last message never came back"
                : "ended after \(TimeoutClass.words(for: max(.zero, closedAt - before) / history.timeScale))"
            judgement.findings.append(
                Finding(
                    code, "\(what) \(lived)",
                    evidence: [
                        history.evidence(at: before, "\(session) hears its first message"), history.evidence(end),
                    ],
                    deadline: closed.missedDeadline(until: closedAt, since: before)))
        }
        return judgement
    }

    /// A message that came back.
    private struct Echo: Hashable {
        var session: String
        var number: Int
    }

    private static func echoes(in history: HistoryView) -> [Echo: HistoryTime] {
        var heard: [Echo: HistoryTime] = [:]
        for event in history.events {
            guard case .messageReceived(let message) = event.kind, let number = message.number else { continue }
            heard[Echo(session: message.session, number: number)] = event.time
        }
        return heard
    }
}
