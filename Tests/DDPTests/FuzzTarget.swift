import Clocks
import DDP

/// What fuzzing runs on any input: it must neither trap nor hang nor grow, and what it promises is checked.
///
/// `harness/fuzz` compiles this file too; `FuzzCorpusTests` replays the inputs that were found.
enum FuzzTarget: String, CaseIterable {
    /// JSON and EJSON values, and document ids.
    case ejson
    /// Messages by themselves, and lines of them that a server or a client session takes.
    case message

    static let limits = JSONLimits(depth: 12, bytes: 4_096)

    func run(_ input: UnsafeBufferPointer<UInt8>) {
        switch self {
        case .ejson: Self.value(input)
        case .message: Self.messages(input)
        }
    }

    // MARK: Values

    private static func value(_ input: UnsafeBufferPointer<UInt8>) {
        let fromBytes = try? JSONValue(parsing: Span(_unsafeElements: input), limits: limits)
        guard let text = String(validating: input, as: UTF8.self) else {
            precondition(fromBytes == nil, "bytes that are not UTF-8 were read")
            return
        }
        let fromText = try? JSONValue(parsing: text, limits: limits)
        precondition(fromText == fromBytes, "text and bytes differ")
        documentID(text)
        guard let value = fromText else { return }
        precondition(value.isEquivalent(to: value), "a value differs from itself")
        for style in [JSONStyle.compact, .canonical, .indented] {
            // An infinite number is written as null.
            guard let again = try? JSONValue(parsing: value.text(style: style)) else {
                preconditionFailure("what was written is no JSON")
            }
            precondition(again.text(style: style) == value.text(style: style), "writing is not stable")
        }
        guard let decoded = try? EJSON(decoding: value, customTypes: ["x"]), let json = decoded.json else { return }
        precondition(decoded == decoded && decoded.isEqual(to: decoded, keyOrderSensitive: true))
        guard let again = try? EJSON(decoding: json, customTypes: ["x"]) else {
            preconditionFailure("what was encoded can't be decoded")
        }
        // An invalid date is written as null, which is read as 1970: so Meteor has it.
        if json.text.contains("{\"$date\":null}") { return }
        precondition(again == decoded && again.hashValue == decoded.hashValue, "encoding is not stable")
        precondition(again.json?.text == json.text, "encoding is not stable")
    }

    private static func documentID(_ text: String) {
        guard let id = try? DocumentID(wire: text) else { return }
        // What is beyond a double's range is written as null, as JSON.stringify does.
        if case .number(let number) = id, !number.isFinite { return }
        precondition((try? DocumentID(wire: id.wire)) == id, "a document's id is not stable")
        precondition(DocumentID(id.ejson) == id, "a document's id is not what its EJSON says")
    }

    // MARK: Messages

    /// The first byte chooses who reads; the rest is lines, one message each.
    private static func messages(_ input: UnsafeBufferPointer<UInt8>) {
        guard let control = input.first else { return }
        let lines = input.dropFirst().split(separator: 0x0A, maxSplits: 63).map {
            String(decoding: UnsafeBufferPointer(rebasing: $0), as: UTF8.self)
        }
        switch control & 3 {
        case 0: for line in lines { message(line) }
        case 1: server(lines)
        default: client(lines)
        }
    }

    private static func message(_ text: String) {
        if let message = try? ServerMessage(parsing: text, limits: limits) {
            let again = try? ServerMessage(parsing: message.text)
            precondition(again?.text == message.text, "a message of a server is not stable")
        }
        if let message = try? ClientMessage(parsing: text, limits: limits) {
            let again = try? ClientMessage(parsing: message.text)
            precondition(again?.text == message.text, "a message of a client is not stable")
        }
    }

    /// `!` ends the oldest method that runs, `?` lets the time come that the session waits for.
    private static func server(_ lines: [String]) {
        var configuration = ServerSession.Configuration()
        configuration.limits = limits
        configuration.queuedMessages = 8
        configuration.subscriptions = 4
        configuration.runningMethods = 4
        var session = ServerSession(sessionID: "S", configuration: configuration)
        var now = MonotonicClock.now
        var running: [Int] = []
        var updated = 0
        var results = 0
        var isClosed = false

        func perform(_ actions: [ServerSession.Action]) {
            var pending = actions[...]
            var count = 0
            while let action = pending.popFirst() {
                count += 1
                precondition(count < 1_000, "one message asks for actions without end")
                precondition(!isClosed, "a closed session goes on")
                switch action {
                case .send(let message):
                    if case .updated = message { updated += 1 }
                    if case .result = message { results += 1 }
                    precondition(
                        (try? ServerMessage(parsing: message.text)) != nil, "a session sent what is no message")
                case .close: isClosed = true
                case .connected, .stopped: break
                case .run(let call):
                    switch call.params.first {
                    case .number: running.append(call.ticket)
                    case .bool: pending += session.unblock(call.ticket) + session.finish(call.ticket, .notFound)
                    case .array: pending += session.rerunPublications() + session.finish(call.ticket, .returned(nil))
                    default: pending += session.finish(call.ticket, .returned(call.params.first))
                    }
                case .publish(let subscription):
                    let fields = subscription.params.first?.objectValue ?? JSONObject()
                    let ticket = subscription.ticket
                    pending += session.added(ticket, collection: "c", id: .string(subscription.name), fields: fields)
                    pending += session.changed(ticket, collection: "c", id: .string(subscription.name), cleared: ["a"])
                    if subscription.params.count < 2 { pending += session.ready(ticket) }
                    if subscription.params.count > 2 { pending += session.stop(ticket) }
                    pending += session.published(ticket)
                }
            }
        }

        for line in lines {
            switch line.utf8.first {
            case UInt8(ascii: "!") where !running.isEmpty:
                perform(session.finish(running.removeFirst(), .returned(nil)))
            case UInt8(ascii: "?"):
                now = session.wakeAt ?? now
                perform(session.timerFired(at: now))
            default: perform(session.receive(line, at: now))
            }
        }
        precondition(updated == results, "a method has one result and is updated once")
        if !isClosed { perform(session.close()) }
        precondition(isClosed)
    }

    /// `!` loses or opens the carrier, `?` lets the time come that the session waits for, `+` calls, `-` subscribes.
    private static func client(_ lines: [String]) {
        var configuration = ClientSession.Configuration()
        configuration.heldMessages = 8
        configuration.reconnectCalls = [.init("login")]
        var session = ClientSession(configuration: configuration, seed: 1)
        var now = MonotonicClock.now
        var called = 0
        var completed: Set<String> = []

        func perform(_ actions: [ClientSession.Action]) {
            precondition(actions.count < 2_000, "one message asks for actions without end")
            for action in actions {
                switch action {
                case .send(let message):
                    precondition(
                        (try? ClientMessage(parsing: message.text)) != nil, "a session sent what is no message")
                case .event(.completed(let method, _)):
                    precondition(completed.insert(method).inserted, "a method completed twice")
                case .open, .close, .event: break
                }
            }
        }

        perform(session.start(at: now))
        perform(session.carrierOpened(at: now))
        for line in lines {
            switch line.utf8.first {
            case UInt8(ascii: "!"):
                perform(
                    session.status == .connecting ? session.carrierOpened(at: now) : session.carrierClosed(at: now))
            case UInt8(ascii: "?"):
                now = session.wakeAt ?? now
                perform(session.timerFired(at: now))
            case UInt8(ascii: "+"):
                called += 1
                perform(
                    session.call("m", options: .init(wait: line.utf8.count > 1, noRetry: line.utf8.count > 2)).actions)
            case UInt8(ascii: "-"): perform(session.subscribe("s").actions)
            case UInt8(ascii: "~"): perform(session.unsubscribe(String(line.dropFirst())))
            default: perform(session.receive(line, at: now))
            }
        }
        perform(session.disconnect())
        precondition(session.wakeAt == nil, "who is offline waits for nothing")
    }
}
