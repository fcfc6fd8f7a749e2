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
            proves: "Numbered messages with the corner cases of Unicode and of SockJS quoting come back over xhr and "
                + "xhr_send, unaltered, once and in order.",
            findings: [
                .sessionNotOpened, .requestFailed, .messageAltered, .messageLost, .messageDuplicated, .messageReordered,
            ], hasControl: true),
        workload: { stage in await roundTrips(stage, over: .xhr, texts: cornerCases) },
        judge: { history in judgeRoundTrips(history) + FailedRequestChecker().judge(history) })

    /// `sockjs/websocket-round-trip`
    static let sockJSWebSocketRoundTrip = ConformanceCase(
        CaseDescription(
            id: "sockjs/websocket-round-trip", title: "Messages go round over the websocket transport",
            features: [.websocketUpgrade],
            proves: "Numbered messages with the corner cases of Unicode and of SockJS quoting come back over a SockJS "
                + "WebSocket, unaltered, once and in order.",
            findings: [.sessionNotOpened, .messageAltered, .messageLost, .messageDuplicated, .messageReordered],
            hasControl: true),
        workload: { stage in await roundTrips(stage, over: .websocket, texts: cornerCases + cornerCases) },
        judge: judgeRoundTrips)
}

private let cornerCases = [
    "plain", "", "é ü ß", "漢字かな", "😀 𝒳", "quote \" backslash \\ slash /", "tab\tline\nreturn\r", "\u{0}\u{1f}\u{7f}",
    "\u{200c}\u{200f}\u{2028}\u{2029}\u{202f}\u{2060}\u{feff}", "</script><!-- &amp; %25 $key",
]

private func roundTrips(_ stage: CaseStage, over transport: Transport, texts: [String]) async {
    let client = stage.client()
    let connector = SockJSConnector(service: "/echo", ladder: [transport])
    guard case .success(let carrier) = await connector.connect(client, session: client.nextSessionName()) else {
        // The attempt is recorded.
        return
    }
    do throws(CarrierError) {
        for (index, text) in texts.enumerated() {
            try await carrier.send(NumberedPayload.text(index + 1, text))
            _ = try await carrier.receive(within: .seconds(5))
        }
    } catch {
        // What did not come back is lost to the checker.
    }
    await carrier.close()
}

private func judgeRoundTrips(_ history: RunHistory) -> Judgement {
    AttemptChecker().judge(history) + EchoChecker().judge(history)
}
