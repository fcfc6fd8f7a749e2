import Clocks
import DDP
import History
import NIOCore
import NIOPosix
import SockJS
import Synchronization
import Testing
import Wire

@testable import Fleet

@Suite("A Meteor user keeps up what it asked for over connections that come and go", .timeLimit(.minutes(1)))
struct MeteorUserTests {
    /// A connection whose other end is the test.
    final class LooseSession: LoopSession, Sendable {
        let epoch: Int
        let isClosed = Mutex(false)
        private let loop: any EventLoop
        private let isRefused: Bool
        private let listener: NIOLoopBound<any SessionListener>
        private let outgoing = Mailbox<String>(limit: 1 << 20)

        init(_ loop: any EventLoop, _ epoch: Int, _ listener: any SessionListener, isRefused: Bool) {
            self.loop = loop
            self.epoch = epoch
            self.isRefused = isRefused
            self.listener = NIOLoopBound(listener, eventLoop: loop)
        }

        func start(at now: MonotonicClock.Instant) {
            if isRefused { return listener.value.session(self, failed: OpenFailure("refused"), at: now) }
            listener.value.session(self, opened: SessionOpening(carriage: .webSocket, nodeID: "n1"), at: now)
        }

        func send(_ text: String, at now: MonotonicClock.Instant) { outgoing.send(text) }

        func close(at now: MonotonicClock.Instant) -> EventLoopFuture<Void>? {
            isClosed.withLock { $0 = true }
            return nil
        }

        /// The server says this.
        func say(_ text: String) {
            loop.execute { _ = self.listener.value.session(self, received: SockJSMessage(text), at: .now) }
        }
        /// The connection ends.
        func cut() {
            loop.execute { self.listener.value.session(self, ended: .closed(code: 1006, reason: "cut"), at: .now) }
        }
        /// What the user sent next.
        func heard() async throws -> String {
            try await outgoing.next(within: .seconds(20), on: loop, awaiting: "a message of the user")
        }
    }

    /// Hands out connections as the user asks for them.
    final class Line: Sendable {
        let sessions = Mailbox<LooseSession>(limit: 100)
        let refuses = Mutex(0)
        let client = VirtualClient(
            name: "c", target: .init(endpoint: Endpoint(host: "127.0.0.1", port: 9)), source: nil, seed: 1,
            loop: MultiThreadedEventLoopGroup.singleton.next(), recorder: HistoryRecorder())

        func user(_ change: (inout ClientSession.Configuration) -> Void = { _ in }) -> MeteorUser {
            var configuration = ClientSession.Configuration()
            configuration.backOff.base = .milliseconds(1)
            change(&configuration)
            let route = MeteorUser.Route { client, _, epoch, listener in
                let isRefused = self.refuses.withLock { left in
                    defer { left -= 1 }
                    return left > 0
                }
                let session = LooseSession(client.loop, epoch, listener, isRefused: isRefused)
                if !isRefused { self.sessions.send(session) }
                return session
            }
            return MeteorUser(client, configuration: configuration, route: route)
        }

        func next() async throws -> LooseSession {
            try await sessions.next(within: .seconds(20), on: client.loop, awaiting: "a connection")
        }
    }

    static let connected = #"{"msg":"connected","session":"abc"}"#

    static func complete(_ id: String, on carrier: LooseSession) {
        carrier.say(#"{"msg":"updated","methods":["\#(id)"]}"#)
        carrier.say(#"{"msg":"result","id":"\#(id)","result":1}"#)
    }

    @Test("connects, calls and waits for the outcome")
    func calls() async throws {
        let line = Line()
        let user = line.user()
        await user.start()
        let carrier = try await line.next()
        #expect(try await carrier.heard().hasPrefix(#"{"msg":"connect","version":"1""#))
        carrier.say(Self.connected)
        let call = await user.increment(answeredAfter: .milliseconds(5))
        #expect(
            try await carrier.heard()
                == #"{"msg":"method","id":"1","method":"increment","params":["c.s1/1",5]}"#)
        #expect(await user.wait(within: .zero) { $0.completed[call] != nil } == false)
        Self.complete(call, on: carrier)
        #expect(await user.wait(within: .seconds(20)) { $0.completed[call] != nil && $0.connects == 1 })
        #expect(await user.nodeID == "n1")
        await user.stop()
        #expect(carrier.isClosed.withLock { $0 })
    }

    @Test("sends what is unanswered again after a cut, with the same ids, subscriptions last")
    func resends() async throws {
        let line = Line()
        let user = line.user()
        await user.start()
        let first = try await line.next()
        let sub = await user.subscribe("ticks", [50])
        let done = await user.increment()
        let open = await user.increment()
        first.say(Self.connected)
        first.say(#"{"msg":"ready","subs":["\#(sub)"]}"#)
        Self.complete(done, on: first)
        #expect(await user.wait(within: .seconds(20)) { $0.completed[done] != nil && $0.ready.contains(sub) })
        first.cut()
        let second = try await line.next()
        #expect(second.epoch == 2)
        #expect(try await second.heard().hasPrefix(#"{"msg":"connect","session":"abc""#))
        #expect(try await second.heard().contains(#""id":"\#(open)""#))
        #expect(try await second.heard() == #"{"msg":"sub","id":"\#(sub)","name":"ticks","params":[50]}"#)
        second.say(Self.connected)
        second.say(#"{"msg":"added","collection":"ticks","id":"x","fields":{"n":0}}"#)
        second.say(#"{"msg":"ready","subs":["\#(sub)"]}"#)
        Self.complete(open, on: second)
        #expect(await user.wait(within: .seconds(20)) { $0.resets == 1 && $0.completed[open] != nil })
        #expect(await user.documents == 1)
        await user.stop()
    }

    @Test("tries again after refusals, counting connections")
    func refused() async throws {
        let line = Line()
        line.refuses.withLock { $0 = 3 }
        let user = line.user()
        await user.start()
        #expect(try await line.next().epoch == 4)
        await user.stop()
    }

    @Test("gives a mute server up and goes elsewhere")
    func mute() async throws {
        let line = Line()
        let user = line.user { $0.heartbeat = .init(interval: .milliseconds(5), timeout: .milliseconds(5)) }
        await user.start()
        let first = try await line.next()
        first.say(Self.connected)
        let second = try await line.next()
        #expect(second.epoch == 2)
        await user.stop()
        #expect(first.isClosed.withLock { $0 })
    }

    @Test("a cancelled wait ends at once")
    func cancelled() async throws {
        let user = Line().user()
        let wait = Task { await user.wait(within: .seconds(600)) { _ in false } }
        wait.cancel()
        #expect(await wait.value == false)
    }

    @Test("leaving is in the history, and nothing follows it")
    func stops() async throws {
        let line = Line()
        let user = line.user()
        await user.start()
        _ = try await line.next()
        await user.stop()
        #expect(line.sessions.takeReady() == nil)
        let steps = line.client.recorder.history.events.compactMap { event -> String? in
            if case .scriptStep(let step) = event.kind { return step.step }
            return nil
        }
        #expect(steps == [ScriptStep.stopStep])
    }
}
