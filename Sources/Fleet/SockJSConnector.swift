import History
public import SockJS

/// SockJS's way to a session: `/info` first, then rung after rung of the transport ladder, each with its own deadline.
public struct SockJSConnector: Sendable {
    /// Path of the service, such as `/sockjs`.
    public var service: String
    /// The client library's constants: ladder, page, limits.
    public var options: ClientOptions
    /// Which connection plain requests take.
    public var connection: ConnectionUse
    /// When requests are made.
    package var pace: SockJSCarrier.Pace

    /// A connector of this service.
    public init(
        service: String = "/sockjs", ladder: [ClientTransport] = [.websocket, .xhrPolling],
        connection: ConnectionUse = .fresh, limit: Duration = ClientTiming.meteorConnectLimit
    ) {
        var options = ClientOptions(ladder: ladder)
        options.connectLimit = limit
        self.init(service: service, options: options, connection: connection)
    }

    /// A connector with these constants, such as `.meteor`.
    package init(
        service: String = "/sockjs", options: ClientOptions, connection: ConnectionUse = .fresh,
        pace: SockJSCarrier.Pace = .onDemand
    ) {
        self.service = service
        self.options = options
        self.connection = connection
        self.pace = pace
    }

    /// Connects once. `session` names it in the history over all its epochs.
    public func connect(
        _ client: VirtualClient, session: String, epoch: Int = 1
    ) async -> Result<any Carrier, OpenFailure> {
        var machine = ConnectMachine(options, generator: client.drawGenerator())
        var last = OpenFailure("no transport is allowed")
        var actions = machine.start(now: .now)
        while let action = actions.first {
            actions.removeFirst()
            switch action {
            case .requestInfo: actions = await requestInfo(client, session, &machine, &last)
            // What is to be given up ended with its own limit.
            case .abortInfo, .abortAttempt: continue
            case .fail(let end):
                last.end = end
                if end == .connectLimitPassed { last.description = "Meteor's connect limit passed; last: \(last)" }
                return .failure(last)
            case .attempt(let attempt):
                let started = ContinuousClock.now
                let limit = min(machine.wakeAt ?? attempt.deadline, attempt.deadline)
                let opened = await open(attempt, client, session, epoch, limit - started)
                record(opened, attempt, client, session, started)
                switch opened {
                case .success(let carrier):
                    // It kept the limit it was given; that its task came to run a little later changes nothing.
                    _ = machine.opened(now: min(.now, limit))
                    return .success(carrier)
                case .failure(let failure):
                    last = failure
                    actions = next(&machine, after: failure, limit)
                }
            }
        }
        return .failure(last)
    }

    private func requestInfo(
        _ client: VirtualClient, _ session: String, _ machine: inout ConnectMachine, _ last: inout OpenFailure
    ) async -> [ConnectMachine.Action] {
        let form = ClientRequestForm.info(client.nextMarks())
        let info = await client.request(
            form.method, "\(service)\(form.suffix)",
            RequestPlan(
                label: .info, session: session, connection: connection,
                limit: max(.zero, (machine.wakeAt ?? .now) - .now)))
        if info.status != 200 { last = OpenFailure(info) }
        last.description = info.status == 200 ? last.description : "info: \(info.summary)"
        switch info {
        case .response(let response, let body):
            return machine.infoAnswered(status: response.status, body: body, now: .now)
        case .failed: return machine.infoFailed()
        }
    }

    private func next(
        _ machine: inout ConnectMachine, after failure: OpenFailure, _ limit: ContinuousClock.Instant
    ) -> [ConnectMachine.Action] {
        let end = failure.end ?? SessionEnd(code: 1006, reason: failure.description)
        guard end == .transportTimedOut else { return machine.attemptClosed(end, now: .now) }
        return machine.wake(now: max(.now, limit))
    }

    private func open(
        _ attempt: ConnectMachine.Attempt, _ client: VirtualClient, _ session: String, _ epoch: Int,
        _ limit: Duration
    ) async -> Result<any Carrier, OpenFailure> {
        guard let prefix = prefix(attempt.baseURL, client) else {
            return .failure(
                OpenFailure("base_url \(attempt.baseURL ?? "") names another host, which is not the target"))
        }
        let path = SessionPath(
            prefix: prefix, server: attempt.server, session: attempt.session, transport: attempt.transport.receiving)
        guard attempt.transport == .websocket else {
            return await SockJSCarrier.open(
                client, path: path, session: session, epoch: epoch,
                plan: .init(transport: attempt.transport, options: options, connection: connection, pace: pace),
                within: limit
            ).map { $0 as any Carrier }
        }
        return await WebSocketCarrier.open(
            client, target: path.path, framing: .sockJS, session: session, epoch: epoch, within: limit
        ).map { $0 as any Carrier }
    }

    /// The path where transports live; nil if it is on another host.
    private func prefix(_ baseURL: String?, _ client: VirtualClient) -> String? {
        guard let baseURL else { return service }
        if baseURL.hasPrefix("/"), !baseURL.hasPrefix("//") { return baseURL }
        guard let slashes = baseURL.firstRange(of: "//") else { return nil }
        let rest = baseURL[slashes.upperBound...]
        let host = rest.prefix { $0 != "/" }
        return host == client.target.host ? String(rest.dropFirst(host.count)) : nil
    }

    private func record(
        _ opened: Result<any Carrier, OpenFailure>, _ attempt: ConnectMachine.Attempt, _ client: VirtualClient,
        _ session: String, _ started: ContinuousClock.Instant
    ) {
        let elapsed = (ContinuousClock.now - started).wholeNanoseconds / 1_000_000
        let outcome: AttemptOutcome =
            switch opened {
            case .success: .opened
            case .failure(let failure): .failed(reason: failure.description, code: failure.end?.code ?? 1006)
            }
        client.record(
            .transportAttempted(
                TransportAttempted(
                    session: session, transport: .sockJS(attempt.transport), outcome: outcome, milliseconds: elapsed)))
    }
}
