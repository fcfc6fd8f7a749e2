import History
package import SockJS
import Synchronization
import Wire

extension SockJSCarrier {
    /// Opens a session: a receive request that brings `o`. The text of a failure says what came instead.
    package static func open(
        _ client: VirtualClient, path: SessionPath, session: String, epoch: Int = 1, plan: Plan = Plan(),
        within limit: Duration = .seconds(5)
    ) async -> Result<SockJSCarrier, OpenFailure> {
        let deadline = ContinuousClock.now + limit
        if plan.transport.usesIframe {
            let page = await client.request(
                "GET", "\(path.prefix)/iframe.html",
                RequestPlan(
                    label: .iframe, session: session, connection: plan.connection, limit: limit,
                    leg: .element))
            if let problem = iframeProblem(page) {
                // A frame that loads something else says nothing, so the client waits in vain.
                await client.hold(deadline - .now)
                return .failure(OpenFailure("iframe page: \(problem)", end: .transportTimedOut))
            }
        }
        let book = SessionBook(client: client, session: session, epoch: epoch)
        let carrier = SockJSCarrier(plan, path: path, book: book)
        await carrier.perform { $0.receiver.start(now: .now) }
        do throws(CarrierError) {
            while !carrier.isOpen {
                guard deadline > .now else { throw .timedOut }
                try await carrier.step(until: deadline, on: plan.connection)
            }
        } catch {
            return .failure(await carrier.openFailure(error))
        }
        if plan.pace == .continuous { carrier.startPump() }
        return .success(carrier)
    }

    /// Why a browser would not run this page in an iframe; nil if it would.
    private static func iframeProblem(_ page: RequestOutcome) -> String? {
        guard case .response(let response, let body) = page, response.status == 200 else { return page.summary }
        if let denial = response.values(of: "x-frame-options").first { return "X-Frame-Options: \(denial)" }
        let policies = response.values(of: "content-security-policy")
        if let denial = policies.first(where: { $0.contains("frame-ancestors") }) { return denial }
        return body.contains("SockJS.bootstrap_iframe();") ? nil : "it does not start the client: \(page.summary)"
    }

    private var isOpen: Bool { state.withLock { $0.owner != nil } }

    private func openFailure(_ error: CarrierError) async -> OpenFailure {
        let (last, failure) = state.withLock { ($0.last, $0.failure) }
        if let stream = state.withLock({ $0.stream }) {
            client.brokeOff(stream, .timedOut("no open frame in time"))
        }
        // It never opened, so that it ends is nothing to record.
        await perform(byClient: true) { $0.receiver.close(.transportTimedOut) }
        let end = failure ?? .transportTimedOut
        guard let last else { return OpenFailure("\(end.reason)", end: end) }
        return OpenFailure(last, end: end)
    }

    /// Keeps the receiver going until the session ends or nobody holds it any more.
    private func startPump() {
        Task { [weak self] in
            while let self, !self.state.withLock({ $0.receiver.isEnded }) {
                do throws(CarrierError) {
                    try await self.step(until: .now + .seconds(600), on: self.plan.connection)
                } catch {
                    if case .closed = error { return }
                }
            }
        }
    }
}
