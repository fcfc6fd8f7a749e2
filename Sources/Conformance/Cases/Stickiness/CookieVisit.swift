import History
import Verdicts

/// What one client of `stickiness/cookie-returns` did, from the answer that set its cookies on.
struct CookieVisit {
    static let first = RequestLabel("cookie-first")
    static let again = RequestLabel("cookie-again")
    static let brought = RequestLabel("cookie-brought")
    static let page = "page"
    static let foreign = "foreign"

    /// Whether it is a page of another site.
    let isForeign: Bool
    /// The answer that set the cookies.
    let first: Exchange
    /// The node of that answer.
    let node: String
    /// Its `Set-Cookie` fields.
    let setCookies: [String]
    /// The browser's further requests.
    let requests: [Exchange]
    /// Requests of the client that brings cookies whatever they say.
    let brought: [Exchange]
    /// What the browser withheld, and why.
    let withheld: [CookieWithheld]

    /// Those whose first request a node of ours answered.
    static func all(in history: HistoryView) -> [CookieVisit] {
        let exchanges = history.exchanges
        let labels = history.sessionLabels
        let bySession = Dictionary(grouping: exchanges) { $0.sent.session ?? "" }
        let withheld = history.events.compactMap { event -> CookieWithheld? in
            if case .cookieWithheld(let cookie) = event.kind { return cookie }
            return nil
        }
        return exchanges.compactMap { first in
            guard first.sent.label == Self.first, let session = first.sent.session, let response = first.response,
                response.status == 200, let node = response.nodeID
            else { return nil }
            let others = (bySession[session] ?? []).filter { $0.sent.requestID != first.sent.requestID }
            let ids = Set((bySession[session] ?? []).map(\.sent.requestID))
            return CookieVisit(
                isForeign: labels[session] == foreign, first: first, node: node,
                setCookies: response.values(of: "set-cookie"),
                requests: others.filter { $0.sent.label != brought && $0.endedAt != nil },
                brought: others.filter { $0.sent.label == brought },
                withheld: withheld.filter { ids.contains($0.requestID) })
        }
    }

    /// Names of the cookies.
    var names: [String] { setCookies.map(Self.name).filter { !$0.isEmpty } }

    /// Whether who brings the cookies gets to the node that set them, as far as any answer shows.
    var cookieDecides: Bool { brought.allSatisfy { ($0.response?.nodeID ?? node) == node } }

    /// Requests that lacked one of the cookies.
    var withoutCookie: [Exchange] {
        requests.filter { request in
            let sent = (request.sent.cookie ?? "").split(separator: ";").map(Self.name)
            return !Set(names).isSubset(of: sent)
        }
    }

    /// Whether the client got to another node, or its session was not known, for want of the cookie.
    var isMoved: Bool {
        // A session of a page of another site opens wherever it does; from then on it must stay.
        let owner = isForeign ? requests.first { $0.sent.label == .pollOpen }?.response?.nodeID : node
        let rest = isForeign ? withoutCookie.filter { $0.sent.label != .pollOpen } : withoutCookie
        return rest.contains { request in
            let reached = request.response?.nodeID ?? request.executions.first?.nodeID
            return owner != nil && reached != nil && reached != owner
        }
    }

    /// A finding for each cookie and reason, from the visits that moved.
    static func findings(of visits: [CookieVisit], _ code: FindingCode, _ history: HistoryView) -> [Finding] {
        var findings: [Finding] = []
        var reported: Set<String> = []
        for visit in visits where visit.isMoved {
            for field in visit.setCookies {
                let name = name(field)
                let missing = visit.withoutCookie.first { request in
                    !(request.sent.cookie ?? "").split(separator: ";").map(Self.name).contains(name)
                }
                guard let missing else { continue }
                let reason = visit.withheld.first { $0.name == name }?.reason
                guard reported.insert("\(name) \(reason?.rawValue ?? "")").inserted else { continue }
                let page = visit.isForeign ? "From a page of another site the" : "The"
                findings.append(
                    Finding(
                        code,
                        "\(page) cookie \(name) that the balancer sets never comes back, and clients move: "
                            + CookieAdvice(reason, field: field, host: visit.first.sent.host ?? "the host").words,
                        evidence: [
                            "Set-Cookie: \(field.prefix(200))", history.evidence(visit.first),
                            history.evidence(missing),
                        ]))
            }
        }
        return findings
    }

    private static func name(_ field: some StringProtocol) -> String {
        var name = field.prefix { $0 != "=" && $0 != ";" }
        while let first = name.first, first == " " || first == "\t" { name = name.dropFirst() }
        while let last = name.last, last == " " || last == "\t" { name = name.dropLast() }
        return String(name)
    }
}
