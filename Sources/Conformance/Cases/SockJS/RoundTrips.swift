import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `sockjs/polling-round-trip`
    static let sockJSPollingRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/polling-round-trip", title: "Messages go round over xhr-polling",
            features: [.pollingStickiness],
            proves: proves("over xhr and xhr_send"), findings: findingsOverHTTP, hasControl: true),
        workload: { stage in await roundTrips(stage, over: .xhrPolling) },
        judge: judgeRoundTripsOverHTTP)

    /// `sockjs/websocket-round-trip`
    static let sockJSWebSocketRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/websocket-round-trip", title: "Messages go round over the websocket transport",
            features: [.websocketUpgrade],
            proves: proves("over a SockJS WebSocket"), findings: findings, hasControl: true),
        workload: { stage in await roundTrips(stage, over: .websocket) },
        judge: judgeRoundTrips)

    /// `sockjs/raw-websocket-round-trip`
    static let sockJSRawWebSocketRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/raw-websocket-round-trip", title: "Messages go round over a raw WebSocket of SockJS",
            features: [.websocketUpgrade],
            proves: proves("over the WebSocket of a SockJS service that has no SockJS framing"), findings: findings,
            hasControl: true),
        workload: { stage in
            let client = stage.client()
            let session = client.nextSessionName()
            let opened = await WebSocketCarrier.open(
                client, target: "\(PollingSessions.service)/websocket", framing: .raw, session: session)
            guard case .success(let carrier) = opened else { return client.recordNotOpened(session, opened) }
            // A half of a surrogate pair can't stand in a text frame without SockJS's quoting.
            await exchange(cornerCases.map { SockJSMessage($0) }, over: carrier)
        },
        judge: judgeRoundTrips)

    /// `sockjs/xhr-streaming-round-trip`
    static let sockJSXHRStreamingRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/xhr-streaming-round-trip", title: "Messages go round over xhr-streaming",
            features: [.responseStreaming, .pollingStickiness],
            proves: proves("over xhr_streaming and xhr_send"), findings: findingsOverHTTP, hasControl: true),
        workload: { stage in await roundTrips(stage, over: .xhrStreaming) },
        judge: judgeRoundTripsOverHTTP)

    /// `sockjs/eventsource-round-trip`
    static let sockJSEventSourceRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/eventsource-round-trip", title: "Messages go round over eventsource",
            features: [.responseStreaming, .pollingStickiness],
            proves: proves("over eventsource and xhr_send"), findings: findingsOverHTTP, hasControl: true),
        workload: { stage in await roundTrips(stage, over: .eventsource) },
        judge: judgeRoundTripsOverHTTP)

    /// `sockjs/htmlfile-round-trip`
    static let sockJSHtmlfileRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/htmlfile-round-trip", title: "Messages go round over htmlfile",
            features: [.responseStreaming, .pollingStickiness],
            proves: proves("over htmlfile and xhr_send"), findings: findingsOverHTTP, hasControl: true),
        workload: { stage in await roundTrips(stage, over: .htmlfile) },
        judge: judgeRoundTripsOverHTTP)

    /// `sockjs/jsonp-polling-round-trip`
    static let sockJSJSONPPollingRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/jsonp-polling-round-trip", title: "Messages go round over jsonp-polling",
            features: [.pollingStickiness],
            proves: proves("over jsonp and jsonp_send"), findings: findingsOverHTTP, hasControl: true),
        workload: { stage in await roundTrips(stage, over: .jsonpPolling) },
        judge: judgeRoundTripsOverHTTP)

    /// `sockjs/iframe-round-trips`
    static let sockJSIframeRoundTrips = ConformanceCase(
        CaseDescription(
            id: "sockjs/iframe-round-trips", title: "Messages go round over the transports in an iframe",
            features: [.answerTransparency, .responseStreaming, .pollingStickiness],
            proves: proves("over eventsource, htmlfile and xhr out of an iframe of the server's origin"),
            findings: findingsOverHTTP, hasControl: true),
        workload: { stage in
            for transport in [ClientTransport.iframeEventsource, .iframeHtmlfile, .iframeXHRPolling] {
                await roundTrips(stage, over: transport)
            }
        },
        judge: judgeRoundTripsOverHTTP)
}

private func proves(_ carried: String) -> String {
    "Numbered messages with the corner cases of Unicode and of SockJS quoting come back \(carried), unaltered, once and "
        + "in order."
}

private let findings: [FindingCode] = [
    .sessionNotOpened, .messageAltered, .messageLost, .messageDuplicated, .messageReordered,
]
private let findingsOverHTTP = findings + [.requestFailed]

private let cornerCases = [
    "plain", "", "é ü ß", "漢字かな", "😀 𝒳", "quote \" backslash \\ slash /", "tab\tline\nreturn\r", "\u{0}\u{1f}\u{7f}",
    "\u{200c}\u{200f}\u{2028}\u{2029}\u{202f}\u{2060}\u{feff}", "</script><!-- &amp; %25 + = 100% $key",
]

/// Half of a surrogate pair, as a JavaScript string may hold it.
private let loneSurrogate = SockJSMessage(utf16: [0xD83D])

private func roundTrips(_ stage: CaseStage, over transport: ClientTransport) async {
    let client = stage.client()
    let connector = PollingSessions.connector(transport)
    guard case .success(let carrier) = await connector.connect(client, session: client.nextSessionName()) else {
        // The attempt is recorded.
        return
    }
    // SockJS servers put messages into a script element as they are, so its end tag can't be among them.
    let texts = transport.receiving == .htmlfile ? cornerCases.filter { !$0.contains("</script>") } : cornerCases
    await exchange(texts.map { SockJSMessage($0) } + [loneSurrogate], over: carrier)
}

/// Each text there and back, numbered from 1; then the end.
private func exchange(_ texts: [SockJSMessage], over carrier: any Carrier) async {
    do throws(CarrierError) {
        for (index, text) in texts.enumerated() {
            let number = SockJSMessage(NumberedPayload.text(index + 1, ""))
            try await carrier.send(message: SockJSMessage(utf16: number.utf16 + text.utf16))
            _ = try await carrier.receiveMessage(within: CaseBudget.answer)
        }
    } catch {
        // What did not come back is lost to the checker.
    }
    await carrier.close()
}

private func judgeRoundTrips(_ history: HistoryView) -> Judgement {
    Judgement.joining(AttemptChecker().judge(history), EchoChecker().judge(history))
}

private func judgeRoundTripsOverHTTP(_ history: HistoryView) -> Judgement {
    Judgement.joining(judgeRoundTrips(history), FailedRequestChecker().judge(history))
}

extension VirtualClient {
    /// Records the attempt to open a raw WebSocket, which no connector makes.
    fileprivate func recordNotOpened(_ session: String, _ result: Result<WebSocketCarrier, OpenFailure>) {
        guard case .failure(let failure) = result else { return }
        record(
            .transportAttempted(
                TransportAttempted(
                    session: session, transport: .rawWebSocket,
                    outcome: .failed(reason: failure.description, code: nil),
                    milliseconds: 0)))
    }
}
