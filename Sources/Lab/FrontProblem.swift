import Fleet
import History
import Wire

/// Why the first requests through the front came to none of the nodes, and what to do about it.
package struct FrontProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What came in place of a node's answer.
    package enum Kind: Sendable, Hashable {
        /// A redirect to this place.
        case redirected(status: Int, location: String)
        /// A demand for a password, in the words of `WWW-Authenticate`.
        case unauthorized(challenge: String)
        /// A refusal of the client.
        case forbidden
        /// The balancer's own answer that no back end serves the request.
        case noBackEnd(status: Int)
        /// There is no such site or path.
        case notFound(status: Int)
        /// A node that was not given, or one that answers something else than its name.
        case otherNode(id: String, status: Int)
        /// Any other answer of somebody else.
        case foreign(status: Int, server: String?)
        /// TLS, although plain HTTP was spoken.
        case encrypted
        /// An end of the connection without an answer.
        case closed
        /// Nothing for as long as was waited.
        case silent
        /// Bytes that are no HTTP.
        case notHTTP
        /// No connection.
        case unreachable
    }

    /// What came.
    package var kind: Kind
    /// What was asked for, as a URL.
    package var url: String
    /// The answer or the error in a few words.
    package var answer: String
    /// The nodes that should have answered, each with its address.
    package var nodes: [String]
    /// Whether we started the balancer, and what it printed since.
    package var ownBalancer: OwnBalancer?

    /// A balancer that was started for the run.
    package struct OwnBalancer: Sendable, Hashable {
        /// What it printed.
        package var output: String
    }

    /// What this outcome shows; nil for the answer of one of the nodes, known by their boots.
    init?(_ outcome: RequestOutcome, url: String, nodes: [NodeRemote], boots: Set<String>, ownBalancer: OwnBalancer?) {
        self.url = url
        self.answer = outcome.summary
        self.nodes = nodes.map { "\($0.nodeID) at \($0.listen)" }
        self.ownBalancer = ownBalancer
        switch outcome {
        case .response(let response, _):
            if response.status == 200, let boot = response.bootID, boots.contains(boot) { return nil }
            kind = Self.kind(response)
        case .failed(let failed):
            kind =
                switch failed.failure {
                case .connectFailed, .exhausted: .unreachable
                case .closedEarly: .closed
                case .timedOut: .silent
                case .malformed: .notHTTP
                }
        }
    }

    private static func kind(_ response: ResponseReceived) -> Kind {
        func value(_ name: String) -> String? { response.values(of: name).first }
        if let id = response.nodeID { return .otherNode(id: id, status: response.status) }
        switch response.status {
        case 300...399:
            guard let location = value("location") else { break }
            return .redirected(status: response.status, location: location)
        case 401: return .unauthorized(challenge: value("www-authenticate") ?? "")
        case 403: return .forbidden
        case 404, 410, 421: return .notFound(status: response.status)
        case 502, 503, 504: return .noBackEnd(status: response.status)
        default: break
        }
        return .foreign(status: response.status, server: value("server"))
    }

    /// Whether it may be a TLS listener, which no plain request can tell for sure.
    var mayBeEncrypted: Bool {
        switch kind {
        case .closed, .notHTTP, .silent: true
        case .foreign(let status, _): status == 400
        default: false
        }
    }

    /// Whether waiting won't change it.
    var lasts: Bool {
        switch kind {
        case .redirected, .unauthorized, .forbidden, .encrypted: true
        // What we did not start we do not wait for.
        case .unreachable: ownBalancer == nil
        default: false
        }
    }

    /// What came and what to do.
    package var description: String {
        let output = ownBalancer.map { $0.output.isEmpty ? "" : "\nit says:\n\($0.output)" } ?? ""
        return "\(cause); \(remedy)\(output)"
    }

    private var cause: String {
        switch kind {
        case .redirected(let status, let location):
            "every request to \(url) is answered \(status) to \(PeerWords.plain(location)), so that no client reaches a node"
        case .unauthorized(let challenge):
            "\(url) is answered 401 by no node of ours" + (challenge.isEmpty ? "" : " (\(PeerWords.plain(challenge)))")
        case .forbidden: "\(url) is answered 403 by no node of ours"
        case .noBackEnd(let status), .notFound(let status):
            "\(url) is answered \(status) by no node of ours (\(answer))"
        case .otherNode(let id, let status):
            "\(url) is answered \(status) by node \(PeerWords.plain(id)), which is none of those given or was asked for "
                + "another path"
        case .foreign(let status, let server):
            "\(url) is answered \(status) by no node of ours"
                + (server.map { " but by \(PeerWords.plain($0))" } ?? "") + " (\(answer))"
        case .encrypted: "\(url) is served with TLS, and was asked in plain HTTP"
        case .closed: "the connection to \(url) is closed without an answer"
        case .silent: "\(url) takes the connection and answers nothing (\(answer))"
        case .notHTTP: "what answers at \(url) does not speak HTTP/1.1 (\(answer))"
        case .unreachable: "nothing answers at \(url) (\(answer))"
        }
    }

    private var remedy: String {
        switch kind {
        case .redirected(_, let location) where location.lowercased().hasPrefix("https:"):
            "if TLS ends at another proxy in front, redirect by X-Forwarded-Proto and not by the scheme of the balancer's own "
                + "connection, and verify with --header 'X-Forwarded-Proto: https'; else verify without the redirect "
                + "(https is not built in yet)"
        case .redirected: "verify the address it redirects to, or ask for the site by its name with --host NAME"
        case .unauthorized:
            "give what lets a client in: " + (ownBalancer == nil ? "--url http://USER:PASSWORD@HOST or " : "")
                + "--header 'Authorization: …'"
        case .forbidden:
            "let this machine in, or give what lets a client in: --host NAME, --header 'Name: value' for a token"
        case .noBackEnd:
            "its back ends must be the nodes (\(nodeList)), reachable from it and healthy by GET /health; a site that is "
                + "served under its own name alone needs --host NAME"
        case .notFound:
            "ask for the site by its name with --host NAME"
                + (ownBalancer == nil ? ", give its path with --url," : "") + " and let all its paths go to the nodes "
                + "(\(nodeList))"
        case .otherNode: "give --node for each node behind the balancer, and let it pass paths on as they came"
        case .foreign:
            "let the balancer pass requests on to the nodes' listen addresses (\(nodeList)); a site that is served under "
                + "its own name alone needs --host NAME"
        case .encrypted: "https is not built in yet; verify a listener without TLS"
        case .closed:
            "a site that is served under its own name alone (nginx's 444 for others) needs --host NAME; a listener that "
                + "expects the PROXY protocol or TLS can't be verified yet"
        case .silent: "can the balancer reach the nodes (\(nodeList))?"
        case .notHTTP: "give a listener of the balancer that speaks HTTP"
        case .unreachable: "is the balancer running and listening there?"
        }
    }

    private var nodeList: String { nodes.joined(separator: ", ") }
}
