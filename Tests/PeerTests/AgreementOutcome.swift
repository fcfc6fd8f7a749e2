import Clocks
import Fleet
import History
import SockJS
import Testing

/// What became of a client, in terms that both kinds of clients share.
struct AgreementOutcome: Sendable, Hashable {
    /// The transport that opened.
    var opened: String?
    /// Transports before it that were given up, in order.
    var givenUp: [GivenUp]
    /// The session's close code; nil if it did not end.
    var closeCode: Int?
    /// Whether all messages came back in order and unaltered.
    var isEchoed: Bool

    /// Messages of a session.
    static let messages = 10

    /// A transport with the close code that ended it; 2007 says that a deadline passed.
    struct GivenUp: Sendable, Hashable {
        var transport: String
        var code: Int
    }

    /// The time class: milliseconds that it takes at least to come so far. A transport gets four times what `/info` took
    /// for each of its round trips, and its deadline holds even when it ended before.
    var leastMilliseconds: Int {
        var (now, deadlines) = (0, [Int]())
        for given in givenUp {
            let roundTrips = ClientTransport(rawValue: given.transport)?.roundTrips ?? 0
            deadlines.append(now + 4 * AgreementSituation.roundTrip * roundTrips)
            guard given.code == SessionEnd.transportTimedOut.code else { continue }
            deadlines.sort()
            now = deadlines.removeFirst()
        }
        return now
    }

    /// The fields of a line of the table.
    var fields: [String] {
        [
            opened ?? "-", givenUp.isEmpty ? "-" : givenUp.map { "\($0.transport) \($0.code)" }.joined(separator: "; "),
            closeCode.map(String.init) ?? "-", isEchoed ? "yes" : "no", String(leastMilliseconds),
        ]
    }
}

extension AgreementOutcome {
    init(_ result: BrowserResult) {
        opened = result.transport
        givenUp = result.attempts.map { GivenUp(transport: $0.transport, code: $0.code) }
        closeCode = result.closeCode
        isEchoed = result.echoed == Self.messages
    }

    typealias OfEmulatedClient = (outcome: AgreementOutcome, openMilliseconds: Int?)

    /// Runs our own client as the page runs the browser's.
    static func ofEmulatedClient(
        _ client: VirtualClient, recordedBy recorder: HistoryRecorder, ladder: [ClientTransport]
    ) async throws -> OfEmulatedClient {
        var options = ClientOptions(ladder: ladder)
        options.page = .crossOrigin
        let start = MonotonicClock.now
        let connected = await SockJSConnector(service: "/echo", options: options, pace: .continuous)
            .connect(client, session: client.name)
        let open = MonotonicClock.now - start
        var outcome = AgreementOutcome(opened: nil, givenUp: [], closeCode: nil, isEchoed: false)
        for event in recorder.history.events {
            guard case .transportAttempted(let attempt) = event.kind else { continue }
            switch attempt.outcome {
            case .opened: outcome.opened = attempt.transport.rawValue
            case .failed(_, let code):
                outcome.givenUp.append(GivenUp(transport: attempt.transport.rawValue, code: try #require(code)))
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
