import Clocks
import DDP

/// A client session whose clock, carrier and server are the test's.
struct ScriptedClient {
    private(set) var session: ClientSession
    private(set) var now = MonotonicClock.now
    private var log: [String] = []

    init(configuration: ClientSession.Configuration = .init(), seed: UInt64 = 1) {
        session = ClientSession(configuration: configuration, seed: seed)
    }

    /// A client whose session S is open.
    static func connected(configuration: ClientSession.Configuration = .init()) -> ScriptedClient {
        var client = ScriptedClient(configuration: configuration)
        client.start()
        client.open()
        client.receive(#"{"msg":"connected","session":"S"}"#)
        _ = client.happened()
        return client
    }

    /// What happened since the last look: `>> text` for what was sent, otherwise one line for each action.
    mutating func happened() -> [String] {
        defer { log = [] }
        return log
    }

    mutating func start() { note(session.start(at: now)) }
    mutating func open() { note(session.carrierOpened(at: now)) }
    mutating func lose() { note(session.carrierClosed(at: now)) }
    mutating func disconnect() { note(session.disconnect()) }
    mutating func retryNow() { note(session.retryNow(at: now)) }
    mutating func receive(_ text: String) { note(session.receive(text, at: now)) }

    /// Lets the time come that the session waits for; returns how long that was.
    @discardableResult
    mutating func wake() -> Duration {
        guard let wakeAt = session.wakeAt else { return .zero }
        let waited = wakeAt - now
        now = wakeAt
        note(session.timerFired(at: now))
        return waited
    }

    /// Lets so much time pass, the session's timers firing when they are due.
    mutating func wait(milliseconds: Int) {
        let end = now + .milliseconds(milliseconds)
        while let wakeAt = session.wakeAt, wakeAt <= end { wake() }
        now = end
    }

    /// Loses the carrier and opens another.
    mutating func reconnect() {
        lose()
        wake()
        _ = happened()
        open()
    }

    @discardableResult
    mutating func call(_ method: String, _ params: [JSONValue] = [], _ options: CallOptions = .init()) -> String {
        let (id, actions) = session.call(method, params, options: options)
        note(actions)
        return id
    }

    mutating func subscribe(_ name: String, _ params: [JSONValue] = []) -> String {
        let (id, actions) = session.subscribe(name, params)
        note(actions)
        return id
    }

    mutating func unsubscribe(_ id: String) { note(session.unsubscribe(id)) }
    mutating func ping(_ id: String?) { note(session.ping(id: id)) }

    private mutating func note(_ actions: [ClientSession.Action]) {
        for action in actions {
            switch action {
            case .open: log.append("open")
            case .close: log.append("close")
            case .send(let message): log.append(">> \(message.text)")
            case .event(let event): log += Self.lines(event, retryCount: session.retryCount)
            }
        }
    }

    private static func lines(_ event: ClientSession.Event, retryCount: Int) -> [String] {
        switch event {
        case .status(.connecting): ["status connecting \(retryCount)"]
        case .status(.connected): ["status connected \(retryCount)"]
        case .status(.waiting): ["status waiting \(retryCount)"]
        case .status(.failed(let version)): ["status failed \(version)"]
        case .status(.offline): ["status offline"]
        case .connected(let session, let version): ["connected \(session) \(version)"]
        case .resultReceived(let method, let outcome): ["result \(method) \(text(outcome))"]
        case .completed(let method, let outcome): ["completed \(method) \(text(outcome))"]
        case .ready(let subscription): ["ready \(subscription)"]
        case .stopped(let subscription, let error): ["stopped \(subscription) \(error?.description ?? "")"]
        case .data(let messages, let reset): (reset ? ["reset"] : []) + messages.map { "data \($0.text)" }
        case .pong(let id): ["pong \(id?.text ?? "")"]
        case .refused(let reason, _): ["refused \(reason)"]
        case .stray(let message): ["stray \(message.text)"]
        case .unusable(let error): ["unusable \(error.reason)"]
        }
    }

    private static func text(_ outcome: Result<JSONValue?, ApplicationError>) -> String {
        switch outcome {
        case .success(let value): value?.text ?? "nothing"
        case .failure(let error): error.description
        }
    }
}

/// Messages of a server.
enum Say {
    static let connected = #"{"msg":"connected","session":"S"}"#
    static let connectedAgain = #"{"msg":"connected","session":"S2"}"#
    static let added = #"{"msg":"added","collection":"c","id":"x"}"#
    static func ready(_ id: String) -> String { #"{"msg":"ready","subs":["\#(id)"]}"# }
    static func nosub(_ id: String) -> String { #"{"msg":"nosub","id":"\#(id)"}"# }
    static func updated(_ id: String) -> String { #"{"msg":"updated","methods":["\#(id)"]}"# }
    static func result(_ id: String, _ value: String = "0") -> String {
        #"{"msg":"result","id":"\#(id)","result":\#(value)}"#
    }
}
