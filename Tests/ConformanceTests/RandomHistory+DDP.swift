import History

@testable import Conformance

extension RandomHistory {
    private static let connect = #"{"msg":"connect","version":"1","support":["1"]}"#
    private static let count = #"{"msg":"sub","id":"q","name":"count","params":[1]}"#
    private static let ticks = #"{"msg":"sub","id":"t","name":"ticks","params":[100]}"#

    /// The life of a session of DDP, on one connection or several, sound for the most part.
    mutating func ddpLife() {
        let session = "m\(below(1_000_000))"
        let node = pick(nodes)
        ddpConnection(session, epoch: 1, on: node)
        if below(3) > 0 {
            record(.lab, .faultInjected(Fault(nodeID: node, fault: pick(Array(Self.faults[...1])))))
            if below(4) > 0 { close(session, 1) }
            if below(4) == 0 {
                for _ in 0..<7 { request(.client("c-\(session)"), session, label: "upgrade") }
            }
            if below(3) > 0 { ddpConnection(session, epoch: pick([2, 4, 5, 6]), on: pick(nodes)) }
        } else if below(4) == 0 {
            close(session, 1)
        }
        if below(2) == 0 { time += 6_000_000_000 }
        record(
            .client("c-\(session)"),
            .scriptStep(ScriptStep(session: session, step: ScriptStep.stopStep, outcome: "ok", milliseconds: 0)))
    }

    private mutating func close(_ session: String, _ epoch: Int) {
        record(
            .client("c-\(session)"),
            .sessionClosed(
                SessionClosed(
                    session: session, epoch: epoch, code: 1006, reason: "cut", cause: below(2) == 0 ? .client : .peer)))
    }

    private mutating func ddpConnection(_ session: String, epoch: Int, on node: String) {
        record(
            .client("c-\(session)"),
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: epoch, transport: pick([.websocket, .xhrPolling]), nodeID: node,
                    bootID: "\(node).1")))
        say(Self.connect, session, epoch)
        if below(8) > 0 { hear(#"{"msg":"connected","session":"d"}"#, session, epoch) }
        if below(20) == 0 { hear("nonsense", session, epoch) }
        ddpCalls(session, epoch, node)
        ddpSubscriptions(session, epoch, node)
    }

    private mutating func ddpCalls(_ session: String, _ epoch: Int, _ node: String) {
        var ids = ["1", "2"]
        for id in ids { say(Self.call(id, session), session, epoch) }
        if below(8) == 0 { ids.reverse() }
        for id in ids {
            for _ in 0..<pick([0, 1, 1, 1, 2]) {
                let text = Self.call(id, session)
                record(
                    .node(node),
                    .messageExecuted(
                        MessageExecuted(
                            session: session, bootID: "\(node).1", payload: text, bytes: text.utf8.count, digest: "")))
            }
            if below(5) > 0 {
                for _ in 0..<pick([1, 1, 1, 1, 1, 2]) {
                    hear(#"{"msg":"updated","methods":["\#(id)"]}"#, session, epoch)
                    hear(#"{"msg":"result","id":"\#(id)","result":1}"#, session, epoch)
                }
            }
        }
    }

    private mutating func ddpSubscriptions(_ session: String, _ epoch: Int, _ node: String) {
        say(Self.count, session, epoch)
        for _ in 0..<pick([0, 1, 1, 1, 2]) {
            hear(#"{"msg":"added","collection":"numbers","id":"0","fields":{"n":0}}"#, session, epoch)
        }
        if below(4) > 0 { hear(#"{"msg":"ready","subs":["q"]}"#, session, epoch) }
        say(Self.ticks, session, epoch)
        let boot = below(10) == 0 ? "another" : "\(node).1"
        hear(
            #"{"msg":"added","collection":"ticks","id":"t","fields":{"n":0,"bootID":"\#(boot)"}}"#, session, epoch)
        hear(#"{"msg":"ready","subs":["t"]}"#, session, epoch)
        var number = 0
        for _ in 0..<4 {
            number += pick([1, 1, 1, 1, 1, 1, 2, 0, -1])
            hear(#"{"msg":"changed","collection":"ticks","id":"t","fields":{"n":\#(number)}}"#, session, epoch)
        }
    }

    private static func call(_ id: String, _ session: String) -> String {
        #"{"msg":"method","id":"\#(id)","method":"increment","params":["\#(session)/\#(id)"]}"#
    }

    private mutating func say(_ text: String, _ session: String, _ epoch: Int) {
        record(.client("c-\(session)"), .messageSent(ddpMessage(text, session, epoch)))
    }

    private mutating func hear(_ text: String, _ session: String, _ epoch: Int) {
        record(.client("c-\(session)"), .messageReceived(ddpMessage(text, session, epoch)))
    }

    private func ddpMessage(_ text: String, _ session: String, _ epoch: Int) -> Message {
        Message(session: session, epoch: epoch, number: nil, payload: text, bytes: text.utf8.count, digest: "")
    }
}
