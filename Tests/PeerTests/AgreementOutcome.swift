import Fleet
import History
import SockJS

/// What became of a client, in terms that both kinds of clients share.
struct AgreementOutcome: Sendable, Hashable {
    /// The transport that opened.
    var opened: String?
    /// Transports before it that were given up because their deadline passed.
    var timedOut: [String]
    /// Transports before it that ended by themselves.
    var failed: [String]
    /// The session's close code; nil if it did not end.
    var closeCode: Int?
    /// Whether all messages came back in order and unaltered.
    var isEchoed: Bool

    /// Messages of a session.
    static let messages = 10

    /// The time class: milliseconds that the deadlines of those transports take at least, however fast the network. A
    /// transport gets 300 ms and more for each of its round trips.
    var leastMilliseconds: Int {
        timedOut.compactMap(ClientTransport.init(rawValue:)).reduce(0) { $0 + 300 * $1.roundTrips }
    }

    /// The fields of a line of the table.
    var fields: [String] {
        [
            opened ?? "-", list(timedOut), list(failed), closeCode.map(String.init) ?? "-", isEchoed ? "yes" : "no",
            String(leastMilliseconds),
        ]
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "-" : names.joined(separator: " ") }
}

extension AgreementOutcome {
    init(_ result: BrowserResult) {
        opened = result.transport
        timedOut = result.attempts.filter { $0.code == SessionEnd.transportTimedOut.code }.map(\.transport)
        failed = result.attempts.filter { $0.code != SessionEnd.transportTimedOut.code }.map(\.transport)
        closeCode = result.closeCode
        isEchoed = result.echoed == Self.messages
    }

    /// Runs our own client as the page runs the browser's.
    static func ofEmulatedClient(
        _ client: VirtualClient, recordedBy recorder: HistoryRecorder, allowing transport: ClientTransport?
    ) async throws -> (outcome: AgreementOutcome, openMilliseconds: Int?) {
        var options = ClientOptions.sockJS
        options.page = .crossOrigin
        if let transport { options = options.allowing([transport]) }
        let start = ContinuousClock.now
        let connected = await SockJSConnector(service: "/echo", options: options, pace: .continuous)
            .connect(client, session: client.name)
        let open = ContinuousClock.now - start
        var outcome = AgreementOutcome(opened: nil, timedOut: [], failed: [], closeCode: nil, isEchoed: false)
        for event in recorder.history.events {
            guard case .transportAttempted(let attempt) = event.kind else { continue }
            let deadline = ClientTransport(rawValue: attempt.transport).map { 300 * Int64($0.roundTrips) } ?? 0
            if attempt.outcome == "opened" {
                outcome.opened = attempt.transport
            } else if attempt.milliseconds >= deadline {
                outcome.timedOut.append(attempt.transport)
            } else {
                outcome.failed.append(attempt.transport)
            }
        }
        switch connected {
        case .failure(let failure):
            outcome.closeCode = failure.end?.code
            return (outcome, nil)
        case .success(let carrier):
            (outcome.closeCode, outcome.isEchoed) = try await use(carrier)
            return (outcome, Int(open / .milliseconds(1)))
        }
    }

    private static func use(_ carrier: any Carrier) async throws -> (closeCode: Int?, isEchoed: Bool) {
        do throws(CarrierError) {
            let sent = (0..<messages).map { "message \($0)" }
            for message in sent { try await carrier.send(message) }
            var received: [String] = []
            while received.count < sent.count { received.append(try await carrier.receive(within: .seconds(10))) }
            await carrier.close()
            return (SessionEnd.normal.code, received == sent)
        } catch .closed(let code, _) {
            return (code, false)
        } catch {
            await carrier.close()
            return (nil, false)
        }
    }
}
