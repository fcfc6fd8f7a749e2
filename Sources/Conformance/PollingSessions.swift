import Fleet
import Lab
import SockJS

/// Sessions on xhr-polling, many at a time: the population of the stickiness and fail-over cases.
struct PollingSessions: Sendable {
    /// Service they are opened on.
    static let service = "/echo"

    /// A way to a session on this transport alone, which may take its time: how quick it is, is not asked here.
    static func connector(
        _ transport: ClientTransport, service: String = service, openLimit: Duration = CaseBudget.answer
    ) -> SockJSConnector {
        var options = ClientOptions(ladder: [transport])
        options.leastTransportDeadline = openLimit
        return SockJSConnector(service: service, options: options)
    }

    /// Opens a session for a client without asking for info first; nil when it did not open, which is recorded.
    static func open(
        _ client: VirtualClient, service: String = service, session: String? = nil, epoch: Int = 1,
        connection: ConnectionUse = .fresh, within limit: Duration = CaseBudget.answer
    ) async -> SockJSCarrier? {
        let opened = await SockJSCarrier.open(
            client, path: path(for: client, service: service, .xhr), session: session ?? client.nextSessionName(),
            epoch: epoch,
            plan: .init(connection: connection), within: limit)
        return try? opened.get()
    }

    /// A new session URL of a client.
    static func path(for client: VirtualClient, service: String, _ transport: Transport) -> SessionPath {
        client.draw {
            SessionPath(
                prefix: service, server: SessionPath.randomServer(using: &$0),
                session: SessionPath.randomSession(using: &$0), transport: transport)
        }
    }

    /// Opens a session for each of `count` new clients, at once.
    static func open(_ count: Int, on stage: CaseStage) async -> [SockJSCarrier] {
        await forAll((0..<count).map { _ in stage.client() }) { client in await open(client) }.compactMap { $0 }
    }

    /// One message there and back over fresh connections; false when the session can't go on.
    static func exchange(
        _ carrier: some Carrier, number: Int, within limit: Duration = CaseBudget.answer
    ) async -> Bool {
        do throws(CarrierError) {
            try await carrier.send(NumberedPayload.text(number, "round \(number)"))
            _ = try await carrier.receive(within: limit)
            return true
        } catch {
            // Recorded as the failed request or the closed session.
            return false
        }
    }
}

/// Runs `body` for all elements at once and gives the results in the order of the elements.
func forAll<Element: Sendable, Value: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async -> Value
) async -> [Value] {
    await withTaskGroup(of: (Int, Value).self) { group in
        for (index, element) in elements.enumerated() {
            group.addTask { (index, await body(element)) }
        }
        var values: [Int: Value] = [:]
        for await (index, value) in group { values[index] = value }
        return elements.indices.compactMap { values[$0] }
    }
}
