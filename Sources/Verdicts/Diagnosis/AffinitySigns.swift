import Claims
import History

extension Sign {
    /// Requests of a session that reached another node than its owner, while nothing had happened to that one.
    static func affinity(_ scene: Scene) -> [Sign] {
        var moved: [(trace: SessionTrace, request: Exchange, node: String)] = []
        let bySession = Dictionary(grouping: scene.undisturbed) { $0.sent.session ?? "" }
        let foreign = pagesOfOtherSites(scene.history)
        for trace in scene.sessions where !foreign.contains(trace.client) {
            guard let owner = trace.opened.nodeID else { continue }
            let stray = (bySession[trace.opened.session] ?? []).lazy.compactMap { request -> (Exchange, String)? in
                guard request.sentAt >= trace.openedAt, trace.closedAt.map({ request.sentAt <= $0 }) ?? true else {
                    return nil
                }
                let node = request.executions.map(\.nodeID).first { $0 != owner } ?? request.response?.nodeID
                return node.flatMap { $0 == owner ? nil : (request, $0) }
            }.first
            if let stray { moved.append((trace, stray.0, stray.1)) }
        }
        if let first = moved.first { return [moves(first, moved.count, scene)] }
        return oneForAll(scene)
    }

    /// Clients whose browser withholds cookies since their page is of another site: what becomes of them is a matter of
    /// its own.
    private static func pagesOfOtherSites(_ history: HistoryView) -> Set<String> {
        var clients: Set<String> = []
        for event in history.events {
            if case .client(let client) = event.actor, case .cookieWithheld(let cookie) = event.kind,
                cookie.reason == .sameSite
            {
                clients.insert(client)
            }
        }
        return clients
    }

    /// Clients of many addresses without a cookie that all get to one of several nodes: they are one to the balancer.
    private static func oneForAll(_ scene: Scene) -> [Sign] {
        let nodes = scene.history.events.reduce(into: Set<String>()) { nodes, event in
            if case .node(let id) = event.actor, case .nodeStarted = event.kind { nodes.insert(id) }
        }
        let openings = scene.undisturbed.filter { $0.sent.label == .pollOpen && $0.response?.status == 200 }
        let owners = Set(openings.compactMap { $0.response?.nodeID })
        let sources = Set(openings.compactMap(\.sent.source))
        guard nodes.count > 1, owners.count == 1, let owner = owners.first, sources.count >= crowd,
            openings.allSatisfy({ $0.response?.values(of: "set-cookie").isEmpty ?? true && $0.sent.cookie == nil })
        else { return [] }
        return [
            Sign(
                .affinityAddress,
                "all \(openings.count) new sessions, from \(sources.count) addresses, opened on \(owner): the balancer "
                    + "takes all clients for one, as where it goes by an address that is another proxy's",
                evidence: openings.prefix(2).map(scene.history.evidence))
        ]
    }

    /// So many addresses get to one node of three by chance in 1 run of 3 billion.
    private static let crowd = 20

    private static func moves(
        _ first: (trace: SessionTrace, request: Exchange, node: String), _ count: Int, _ scene: Scene
    ) -> Sign {
        let owner = first.trace.opened.nodeID ?? ""
        let opening = scene.exchanges.last {
            $0.sent.session == first.trace.opened.session && $0.response?.nodeID == owner
                && $0.sentAt <= first.request.sentAt
        }
        let lines = [opening, first.request].compactMap { $0.map(scene.history.evidence) }
        let what =
            "session \(first.trace.opened.session) was opened by \(owner), and its \(first.request.sent.label) reached "
            + "\(first.node)" + (count > 1 ? "; so it went with \(count) of \(scene.sessions.count) sessions" : "")
        let set = scene.exchanges.lazy.filter { $0.client == first.request.client && $0.sentAt < first.request.sentAt }
            .flatMap { $0.response?.values(of: "set-cookie") ?? [] }.first
        guard let set else {
            // It has a cookie, which came too late: on plain answers and not on a 101, say.
            if let late = first.request.response?.values(of: "set-cookie").first {
                return Sign(
                    .affinityPath,
                    "the answer that opened a session bore no cookie, and the next one did: \(what)",
                    evidence: lines + ["set-cookie: \(late)"])
            }
            return Sign(.affinityNone, "nothing keeps a client on its node: \(what)", evidence: lines)
        }
        let name = set.prefix { $0 != "=" && $0 != ";" }
        if first.request.sent.cookie?.contains("\(name)=") ?? false {
            return Sign(
                .affinityLoad, "a client was moved although its cookie \(name) came back: \(what)", evidence: lines)
        }
        return Sign(
            .affinityCookie, "the cookie \(name) was set and did not come back: \(what)",
            evidence: ["set-cookie: \(set)"] + lines)
    }
}
