import Fleet
import History
import Lab

/// A client that asks once and then again, where the first answer says which node is its own.
enum RecordedVisit {
    /// Asks for the first time, and records which node answered as that of a session; its name, or nil where no node did.
    static func begin(_ client: VirtualClient, _ label: RequestLabel) async -> String? {
        let session = client.nextSessionName()
        let outcome = await client.request("GET", "/whoami", RequestPlan(label: label, session: session))
        guard case .response(let response, _) = outcome, response.status == 200 else { return nil }
        client.record(
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: 1, transport: .http, nodeID: response.nodeID, bootID: response.bootID)))
        return session
    }

    /// Asks so many times more.
    static func goOn(_ client: VirtualClient, _ session: String, _ label: RequestLabel, times: Int) async {
        for _ in 1...times {
            await client.request("GET", "/whoami", RequestPlan(label: label, session: session))
        }
    }
}
