import Clocks
import NIOCore

/// Runs the machines of one node against its registry, on its event loop, and posts what they know.
final class DiscoveryDriver {
    private let loop: any EventLoop
    private let timing: DiscoveryTiming
    private let spread: Double
    private let registry: any Registry
    private let board: ViewBoard
    private var reader: ReaderMachine
    private var own: (endpoint: ServiceEndpoint, registration: RegistrationMachine)?
    private var timer: Scheduled<Void>?
    private var leaving: [EventLoopPromise<Void>] = []
    /// Counts watches, so that one that was ended is not heard.
    private var watchNumber = 0
    private var isStepping = false
    private var hasEnded = false

    init(
        _ registry: any Registry, _ timing: DiscoveryTiming, _ limits: DiscoveryLimits, spread: Double,
        board: ViewBoard, on loop: any EventLoop
    ) {
        self.registry = registry
        self.timing = timing
        self.spread = spread
        self.board = board
        self.loop = loop
        reader = ReaderMachine(timing, limits, spread: spread, at: .now)
    }

    func start() { step() }

    func register(_ endpoint: ServiceEndpoint) {
        guard own == nil, !hasEnded else { return }
        own = (endpoint, RegistrationMachine(timing, spread: spread, at: .now))
        step()
    }

    /// The promise is kept once the record is away, or its time is over.
    func leave(_ promise: EventLoopPromise<Void>) {
        guard !hasEnded else { return promise.succeed() }
        leaving.append(promise)
        guard own != nil else { return cut() }
        own?.registration.leave(at: .now)
        step()
    }

    func cut() {
        guard !hasEnded else { return }
        hasEnded = true
        timer?.cancel()
        registry.shut()
        board.end()
        for promise in leaving { promise.succeed() }
        leaving = []
    }

    /// Does what is due. What is answered at once is seen by the loop below.
    private func step() {
        guard !isStepping, !hasEnded else { return }
        isStepping = true
        while advance(at: .now) {}
        isStepping = false
        post()
        if let own, own.registration.hasLeft { return cut() }
        setTimer()
    }

    private func advance(at now: MonotonicClock.Instant) -> Bool {
        if let call = own?.registration.next(at: now) {
            perform(call)
            return true
        }
        guard let action = reader.next(at: now) else { return false }
        perform(action)
        return true
    }

    private func perform(_ call: RegistrationMachine.Call) {
        guard let own else { return }
        registry.perform(call, for: own.endpoint) { [self] answer in
            self.own?.registration.answered(answer, at: .now)
            step()
        }
    }

    private func perform(_ action: ReaderMachine.Action) {
        switch action {
        case .read:
            registry.read { [self] result in
                switch result {
                case .success(let reading): reader.read(reading, at: .now)
                case .failure(let failure): reader.failed(failure, at: .now)
                }
                missOwn()
                step()
            }
        case .watch(let revision):
            watchNumber += 1
            registry.watch(after: revision) { [self, watchNumber] news in
                guard watchNumber == self.watchNumber else { return }
                reader.told(news, at: .now)
                missOwn()
                step()
            }
        case .endWatch:
            watchNumber += 1
            registry.endWatch()
        }
    }

    /// Has the record written again if the registry was read after it was written, and lacks it.
    private func missOwn() {
        guard let own, let known = reader.living.revision, known >= own.registration.revision,
            !reader.living.isPresent(own.endpoint.key), !reader.living.isFull, !reader.living.isCutOff
        else { return }
        self.own?.registration.missing(at: .now)
    }

    private func post() {
        var view = DiscoveryView()
        view.endpoints = reader.living.set
        view.isKnown = reader.living.revision != nil
        view.isRegistered = own?.registration.isStanding(at: .now) ?? false
        view.trouble = own?.registration.trouble ?? reader.trouble
        view.refusals = reader.living.refusals
        board.post(view)
    }

    private func setTimer() {
        timer?.cancel()
        guard let time = [reader.wakeAt, own?.registration.wakeAt].compactMap(\.self).min() else { return }
        // A little later than asked, so that what is due then is due.
        let delay = TimeAmount(max(.zero, time - .now)) + .microseconds(100)
        timer = loop.assumeIsolated().scheduleTask(in: delay) { [self] in step() }
    }
}
