import Clocks
import DDP
import Testing

/// Plays `ddp-wire-client-reconnect.txt` again: what the server and the carrier did goes in, what Meteor's client did
/// must come out.
@Suite struct `A DDP client session that plays a recorded reconnect again` {
    @Test func `sends, waits and reports as Meteor's client did`() throws {
        var client = ScriptedClient()
        client.start()
        let subscription = client.subscribe("two")
        let names = [
            client.call("sleep", [3000]): "sleep", client.call("echo", ["w"], .init(wait: true)): "wait-method",
            client.call("echo", ["after"]): "after", client.call("sleep", [500], .init(noRetry: true)): "noRetry",
        ]
        #expect(client.happened() == ["status connecting 0", "open"])

        var expected: [String] = []
        var got: [String] = []
        for line in try Fixture.text("ddp-wire-client-reconnect.txt").split(separator: "\n") {
            let text = try #require(line.firstMatch(of: /^\+ *\d+ (.*)$/)).1
            let record = Record(String(text).replacing("FxA58owXuRwdupcKY", with: subscription))
            if let observation = record.observation { expected.append(observation) }
            switch record.stimulus {
            case .message(let message): client.receive(message)
            case .opened: client.open()
            case .closed: client.lose()
            case .timer: client.wake()
            case nil: break
            }
            if let (shortest, longest) = record.wait {
                let wait = try #require(client.session.wakeAt) - client.now
                #expect(wait >= shortest && wait <= longest)
            }
            got += client.happened().compactMap { Record.observation(of: $0, names) }
        }
        #expect(got == expected)
        #expect(expected.count == 27)
    }

    /// One line of the record, without its time.
    private struct Record {
        enum Stimulus { case message(String), opened, closed, timer }

        var stimulus: Stimulus?
        var observation: String?
        /// How long a client may wait before it connects again.
        var wait: (Duration, Duration)?

        init(_ line: String) {
            let words = line.split(separator: " ")
            switch words.first {
            case "<<": stimulus = .message(String(line.dropFirst(3)))
            case ">>", "onConnected", "callback", "onReady": observation = line
            case "status":
                let retryCount = line.firstMatch(of: /retryCount=(\d+)/).map { String($0.1) } ?? ""
                observation = "status \(words[1]) \(retryCount)"
                stimulus = words[1] == "connected" ? .opened : words[1] == "waiting" ? .closed : .timer
                if words[1] == "waiting" {
                    wait =
                        retryCount == "2"
                        ? (.milliseconds(3_630), .milliseconds(6_050)) : (.milliseconds(10), .milliseconds(10))
                }
            case "store.beginUpdate": observation = line.hasSuffix("reset=true") ? "reset" : nil
            case "store.update":
                // The record shows dates as JavaScript prints them.
                observation = line.replacing(#""1970-01-01T00:00:00.005Z""#, with: #"{"$date":5}"#)
            default: break
            }
        }

        /// What the record would have said of a line of `ScriptedClient`.
        static func observation(of line: String, _ names: [String: String]) -> String? {
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            return switch words[0] {
            case "data": "store.update \(line.dropFirst(5))"
            case "ready": "onReady"
            case "connected": "onConnected session \(words[1]) version \(words[2])"
            case "completed": "callback \(names[words[1]] ?? "") undefined \(words[2])"
            case "result", "open": nil
            default: line
            }
        }
    }
}
