import DDP
import Foundation

/// DDP's reader and writer, and Foundation's on the same bytes, a hundred messages at a time.
enum DDPContenders {
    private static let repetitions = 100

    private static func contender(_ body: @escaping () -> Int) -> Contender {
        Contender(frames: repetitions) {
            var sum = 0
            for _ in 0..<repetitions { sum &+= body() }
            return sum
        }
    }

    static func messageReader(_ traffic: DDPTraffic) -> Contender {
        let text = traffic.text
        if traffic.isOfClient { return contender { expect(try? ClientMessage(parsing: text)) } }
        return contender { expect(try? ServerMessage(parsing: text)) }
    }

    static func jsonReader(_ traffic: DDPTraffic) -> Contender {
        let text = traffic.text
        return contender { expect(try? JSONValue(parsing: text)) }
    }

    static func ejsonReader(_ traffic: DDPTraffic) -> Contender {
        let text = traffic.text
        return contender { expect(try? EJSON(parsing: text)) }
    }

    static func foundationReader(_ traffic: DDPTraffic) -> Contender {
        let data = Data(traffic.text.utf8)
        return contender { expect(try? JSONSerialization.jsonObject(with: data)) }
    }

    static func messageWriter(_ traffic: DDPTraffic) -> Contender {
        if traffic.isOfClient, let message = try? ClientMessage(parsing: traffic.text) {
            precondition(message.text == traffic.text)
            return contender { message.text.utf8.count }
        }
        guard let message = try? ServerMessage(parsing: traffic.text) else { preconditionFailure(traffic.name) }
        return contender { message.text.utf8.count }
    }

    static func foundationWriter(_ traffic: DDPTraffic) -> Contender {
        guard let tree = try? JSONSerialization.jsonObject(with: Data(traffic.text.utf8)) else {
            preconditionFailure(traffic.name)
        }
        return contender { expect(try? JSONSerialization.data(withJSONObject: tree)) }
    }

    private static func expect<Value>(_ value: Value?) -> Int {
        precondition(value != nil, "a message of the benchmark was refused")
        return 1
    }
}
