import History
import NIOCore
import SockJS

/// One SockJS session that polls: the machine, its application and the polls that wait.
final class PolledSession {
    private let name: String
    private let boot: NodeBoot
    private let onEnd: () -> Void
    private var machine: PollingSession
    private var application: SessionApplication
    private let timer: LoopTimer
    private var waiting: [PollingSession.ReceiverID: (PendingReply, (SockJSFrame) -> HTTPResponse)] = [:]
    private var polls: PollingSession.ReceiverID = 0

    init(name: String, service: SockJSService, boot: NodeBoot, onEnd: @escaping () -> Void) {
        self.name = name
        self.boot = boot
        self.onEnd = onEnd
        self.machine = PollingSession(timing: service.timing)
        self.application = SessionApplication(service.application, boot: boot)
        self.timer = LoopTimer(on: boot.eventLoop)
        timer.onFire { [weak self] in self?.timerFired() }
    }

    /// A client asks for a frame.
    func poll(_ reply: PendingReply, answer: @escaping (SockJSFrame) -> HTTPResponse) {
        polls += 1
        let id = polls
        waiting[id] = (reply, answer)
        reply.onAbort = { [weak self] in
            self?.waiting[id] = nil
            self?.handle(.receiverAborted(id))
        }
        handle(.receiverAttached(id))
    }

    /// A client sent messages; ignored once the session closes.
    func receive(_ messages: [SockJSMessage]) {
        for message in messages where machine.isOpen {
            boot.recordMessage(message, session: name)
            perform(application.receive(message, at: .now))
        }
        rearm()
    }

    func discard() { timer.cancel() }

    private func timerFired() {
        perform(application.timerFired(at: .now))
        handle(.timerFired)
    }

    private func perform(_ outputs: [SessionApplication.Output]) {
        for output in outputs {
            switch output {
            case .send(let message): handle(.send(message))
            case .close(let code, let reason): handle(.close(code: code, reason: reason))
            }
        }
    }

    private func handle(_ event: PollingSession.Event) {
        for action in machine.handle(event, at: .now) {
            switch action {
            case .respond(let id, let frame):
                if let (reply, answer) = waiting.removeValue(forKey: id) { reply.complete(answer(frame)) }
            case .opened: boot.recordOpened(session: name, transport: "xhr-polling")
            case .closed(let code, let reason):
                boot.recordClosed(session: name, code: code, reason: reason, byClient: code == 1006)
            case .ended:
                timer.cancel()
                onEnd()
            }
        }
        rearm()
    }

    private func rearm() {
        guard let due = machine.wakeAt else { return }
        timer.wake(at: application.wakeAt.map { min($0, due) } ?? due)
    }
}
