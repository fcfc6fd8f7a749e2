import Claims
import History

extension Sign {
    /// The balancer's process ended by itself.
    static func process(_ scene: Scene) -> [Sign] {
        for event in scene.history.events {
            guard case .balancerEnded(let ended) = event.kind else { continue }
            let last = scene.history.events.last {
                if case .balancerOutput = $0.kind { return $0.time <= event.time }
                return false
            }
            return [
                Sign(
                    .process, "the balancer ended by itself with \(ended.exit)",
                    evidence: [last, event].compactMap { $0.map(scene.history.evidence) })
            ]
        }
        return []
    }

    /// What the balancer itself said of a cause, before anything was broken: later it may say the same of our faults.
    static func sayings(_ scene: Scene, _ words: [ClaimSheet.Saying]) -> [Sign] {
        var signs: [Sign] = []
        for event in scene.history.events {
            guard case .balancerOutput(let output) = event.kind,
                scene.disturbedAt.map({ event.time < $0 }) ?? true,
                let saying = words.first(where: { output.line.contains($0.says) }),
                !signs.contains(where: { $0.kind == saying.cause && $0.remedy == saying.remedy })
            else { continue }
            signs.append(
                Sign(
                    saying.cause, "the balancer says \"\(saying.says)\"", evidence: [scene.history.evidence(event)],
                    remedy: saying.remedy, isSaid: true))
        }
        return signs
    }

    /// Requests that the balancer answered itself, before anything was broken.
    static func statuses(_ scene: Scene) -> [Sign] {
        var found: [CauseKind: [Exchange]] = [:]
        for exchange in scene.undisturbed {
            guard let response = exchange.response, response.nodeID == nil, exchange.executions.isEmpty,
                let kind = kind(of: response.status)
            else { continue }
            found[kind, default: []].append(exchange)
        }
        return found.sorted { $0.key < $1.key }.map { kind, exchanges in
            let first = exchanges[0]
            let status = first.response?.status ?? 0
            let place = first.response?.values(of: "location").first.map { " to \($0)" } ?? ""
            return Sign(
                kind,
                "\(first.sent.method) \(first.sent.path) was answered \(status)\(place) by no node of ours"
                    + (exchanges.count > 1
                        ? ", as \(exchanges.count - 1) other\(exchanges.count == 2 ? " was" : "s were")" : ""),
                evidence: exchanges.prefix(lineLimit).map(scene.history.evidence))
        }
    }

    private static func kind(of status: Int) -> CauseKind? {
        switch status {
        case 301, 302, 303, 307, 308: .redirect
        case 401, 403, 407: .refused
        case 404: .path
        case 413: .limitBody
        case 414, 431: .limitRequestFields
        case 429: .limitConnections
        default: nil
        }
    }

    /// Answers that no node gave to this very request.
    static func caching(_ scene: Scene) -> [Sign] {
        let kept = scene.exchanges.filter { exchange in
            guard let response = exchange.response, response.nodeID != nil, exchange.executions.isEmpty else {
                return false
            }
            return response.values(of: "x-stickler-request").contains { $0 != exchange.sent.requestID }
        }
        guard let first = kept.first else { return [] }
        return [
            Sign(
                .caching,
                "\(first.sent.method) \(first.sent.path) brought the answer to another request, "
                    + "\(first.response?.values(of: "x-stickler-request").first ?? ""): it came out of a cache",
                evidence: kept.prefix(lineLimit).map(scene.history.evidence))
        ]
    }
}
