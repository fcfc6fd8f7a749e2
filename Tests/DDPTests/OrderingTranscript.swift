import Foundation
import Testing

/// One part of `ddp-wire-ordering.txt`: what a server sent, in order; the times are its own.
struct OrderingTranscript: Sendable, CustomTestStringConvertible {
    var title: String
    var received: [String] = []

    var testDescription: String { title }

    static func read() throws -> [OrderingTranscript] {
        var transcripts: [OrderingTranscript] = []
        for line in try Fixture.text("ddp-wire-ordering.txt").split(separator: "\n") {
            if line.hasPrefix("## ") {
                transcripts.append(OrderingTranscript(title: String(line.dropFirst(3))))
            } else if let last = transcripts.indices.last {
                if line.contains("CLOSED") { transcripts[last].received.append("CLOSE") }
                guard let start = line.firstIndex(of: "{") else { continue }
                transcripts[last].received.append(withoutTimes(String(line[start...])))
            }
        }
        return transcripts
    }

    /// Methods that sleep return the time of day; and one line of the record is cut off.
    static func withoutTimes(_ text: String) -> String {
        let text = text.replacing(/"result":[0-9]{6,}/, with: #""result":0"#)
        guard let cut = text.range(of: #",{"$binary":""},{""#) else { return text }
        return String(text[..<cut.upperBound])
    }

    /// What the client sent.
    static let scripts: [String: [String]] = [
        "two slow methods in order, ping jumps the queue": [
            method(1, "sleep", "[300]"), method(2, "sleep", "[100]"), #"{"msg":"ping","id":"x"}"#,
        ],
        "unblock lets the next run": [method(1, "sleepUnblocked", "[300]"), method(2, "sleep", "[10]")],
        "slow sub blocks a method": [sub("a", "slow"), method(1, "echo", "[1]")],
        "never-ready sub (sync handler) does not block": [sub("a", "neverReady"), method(1, "echo", "[1]")],
        "unsub behind slow method": [sub("a", "two"), method(1, "sleep", "[200]"), #"{"msg":"unsub","id":"a"}"#],
        "duplicate sub id ignored": [sub("a", "two"), sub("a", "two")],
        "same sub twice with different ids": [sub("a", "two"), sub("b", "two")],
        "unknown EJSON type": [method(1, "echo", #"[{"$type":"nope","$value":1}]"#)],
        "cleared not array": [#"{"msg":"method","id":"1","method":"echo","cleared":{}}"#],
        "bad base64": [method(1, "echo", #"[{"$binary":"=A"}]"#)],
        "echo EJSON oddities": [
            method(
                1, "echo",
                #"[{"$date":30},{"$escape":{"$date":30}},{"$escape":{"$date":{"$date":1}}},{"$date":1,"x":2},"#
                    + #"{"$InfNaN":0},{"$InfNaN":1},{"$binary":""},{"a":1}]"#)
        ],
        "unknown extra fields": [
            #"{"msg":"method","id":"1","method":"echo","params":[],"extra":{"a":1},"x":[null]}"#,
            #"{"msg":"ping","id":"9","more":true}"#, #"{"msg":"ping","id":""}"#,
        ],
        "ping numeric id": [#"{"msg":"ping","id":7}"#, #"{"msg":"ping","id":null}"#],
        "closeMe (server session close)": [method(1, "closeMe", "[]")],
        "setUserId reruns subs": [sub("a", "two"), method(1, "setUserId", #"["u"]"#)],
    ]

    private static func method(_ id: Int, _ name: String, _ params: String) -> String {
        #"{"msg":"method","id":"\#(id)","method":"\#(name)","params":\#(params)}"#
    }

    private static func sub(_ id: String, _ name: String) -> String {
        #"{"msg":"sub","id":"\#(id)","name":"\#(name)","params":[]}"#
    }
}
