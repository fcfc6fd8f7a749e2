import Clocks
import Foundation
public import History
package import NIOCore
import SockJS
import Synchronization
package import Wire

/// One simulated browser: a name, a source address, a cookie jar, and a record of all it does.
public final class VirtualClient: Sendable {
    /// Where a client's requests go and what they say about it.
    public struct Target: Sendable, Hashable {
        /// Address to connect to.
        package var endpoint: Endpoint
        /// Value of `Host`.
        public var host: String
        /// Path before every target, such as `/app`; empty for none.
        public var pathPrefix: String
        /// Fields of every request beside those that clients write by themselves.
        package var fields: [RequestField] = []
        /// Where WebSockets are opened; nil for where all else goes.
        package var webSockets: Entrance?
        /// Where the app in front of reference nodes has its services; nil sends every target as it is.
        package var paths: AppPaths?

        /// The balancer or node at this address.
        package init(endpoint: Endpoint, host: String? = nil, pathPrefix: String = "", paths: AppPaths? = nil) {
            self.endpoint = endpoint
            self.host = host ?? endpoint.description
            self.pathPrefix = pathPrefix
            self.paths = paths
        }

        /// An address of a site, and the name by which it is asked there.
        package struct Entrance: Sendable, Hashable {
            /// Address to connect to.
            package var endpoint: Endpoint
            /// Value of `Host`.
            package var host: String

            /// This address, asked by this name.
            package init(endpoint: Endpoint, host: String) {
                self.endpoint = endpoint
                self.host = host
            }
        }

        /// Where requests go, or upgrades to WebSocket.
        package func entrance(forUpgrade isUpgrade: Bool) -> Entrance {
            if isUpgrade, let webSockets { return webSockets }
            return Entrance(endpoint: endpoint, host: host)
        }

        /// The fields of every request beside those that clients write by themselves, `Host` aside.
        package var siteFields: [(name: String, value: String)] { fields.map { ($0.name, $0.value) } }

        /// Where a service of a node is, and whether a request must name it to the node by ``AppPaths``' field.
        package func placeOfService(_ path: String) -> (path: String, isRouted: Bool) {
            let place = place(of: path, mark: "")
            return (place.target, place.route != nil)
        }

        /// The folder of a service's URL: the path of a cookie that is set there without one (RFC 6265 §5.1.4).
        package func folder(ofService path: String) -> String {
            CookieJar.defaultPath(of: place(of: path, mark: "").target)
        }

        /// The fields of every request that a request with these has not got yet.
        func fields(beside own: [(name: String, value: String)]) -> [(name: String, value: String)] {
            fields.filter { field in !own.contains { $0.name.lowercased() == field.name.lowercased() } }
                .map { ($0.name, $0.value) }
        }

        /// Where a request for this path goes.
        func place(of path: String, mark: String) -> AppPaths.Place {
            var place = paths?.place(of: path, mark: mark) ?? AppPaths.Place(target: path)
            place.target = pathPrefix + place.target
            return place
        }
    }

    /// Name in the history.
    public let name: String
    /// Where it connects to.
    public let target: Target
    /// Local address it binds; nil leaves it to the system.
    public let source: String?
    /// Loop its sockets live on.
    package let loop: any EventLoop
    /// The slot of its own kept connection.
    public let keptConnection: ConnectionSlot

    let recorder: HistoryRecorder
    private let jar: Mutex<CookieJar>
    private let random: Mutex<ClientRandom>
    private let marks: Mutex<(marks: MarkGenerator, seeds: ClientRandom)>
    private let settings = Mutex(ClientProfile())
    private let counters = Mutex((requests: 0, connections: 0, sessions: 0))

    /// A client that has done nothing yet.
    package init(
        name: String, target: Target, source: String?, seed: UInt64, loop: any EventLoop, recorder: HistoryRecorder
    ) {
        self.name = name
        self.target = target
        self.source = source
        self.loop = loop
        self.recorder = recorder
        self.jar = Mutex(CookieJar(host: CookieHost(target.host)))
        self.keptConnection = ConnectionSlot()
        self.random = Mutex(ClientRandom(seed: seed, name: name))
        // Not the generator of all else that the client draws: other requests must not change its sessions' names.
        self.marks = Mutex(
            (
                MarkGenerator(using: ClientRandom(seed: seed, name: "\(name) marks")),
                ClientRandom(seed: seed, name: "\(name) mark seeds")
            ))
    }

    /// The browser of another one, with the cookies that it holds now, at another address or another entrance.
    package convenience init(continuing other: VirtualClient, name: String, target: Target, source: String?) {
        self.init(
            name: name, target: target, source: source, seed: other.draw { $0.next() }, loop: other.loop,
            recorder: other.recorder)
        let kept = other.jar.withLock { $0 }
        jar.withLock { $0 = kept }
        profile = other.profile
    }

    /// What sets it apart from others; what it does from then on follows it, and connections that it opens from then on have
    /// its delays.
    public var profile: ClientProfile {
        get { settings.withLock { $0 } }
        set { settings.withLock { $0 = newValue } }
    }

    /// The cookies it holds now.
    package var cookies: [CookieJar.Cookie] { jar.withLock { $0.cookies } }

    /// Puts a cookie into its jar.
    public func plantCookie(name: String, value: String, path: String = "/") {
        jar.withLock { $0.plant(name: name, value: value, path: path) }
    }

    /// Waits this long, for rules of the protocol that say "after so long"; ends early when the task is cancelled.
    public func pause(_ duration: Duration) async throws(CancellationError) {
        do {
            try await MonotonicClock().sleep(for: duration)
        } catch {
            throw CancellationError()
        }
    }

    /// Runs a draw on the client's own randomness.
    package func draw<Value: Sendable>(_ body: (inout ClientRandom) -> Value) -> Value {
        random.withLock { body(&$0) }
    }

    /// Records what this client saw.
    public func record(_ kind: HistoryEvent.Kind) {
        recorder.record(.client(name), kind)
    }

    /// Records what this client saw at this instant.
    func record(_ kind: HistoryEvent.Kind, at instant: MonotonicClock.Instant) {
        recorder.record(.client(name), kind, at: HistoryTime(instant))
    }

    /// The marks of the requests of its next SockJS session.
    func branchMarks() -> MarkGenerator {
        marks.withLock { $0.marks.branch(using: ClientRandom(seed: $0.seeds.next(), name: "")) }
    }

    func nextRequestID() -> String {
        counters.withLock {
            $0.requests += 1
            return "\(name).r\($0.requests)"
        }
    }

    func nextConnectionID() -> String {
        counters.withLock {
            $0.connections += 1
            return "\(name).c\($0.connections)"
        }
    }

    /// A name for a session of this client, unique in the run.
    ///
    /// - Parameter label: what the session is for, by which judges find it.
    public func nextSessionName(_ label: String? = nil) -> String {
        let session = counters.withLock {
            $0.sessions += 1
            return "\(name).s\($0.sessions)"
        }
        if let label { record(.sessionNamed(SessionNamed(session: session, label: label))) }
        return session
    }

    /// The `Cookie` field of a request, if it brings one; what it withholds is recorded.
    func cookieField(
        for target: String, of requestID: String, _ leg: RequestLeg, isUpgrade: Bool = false
    ) -> String? {
        let credentials = profile.credentials(of: leg)
        guard credentials != .none else { return nil }
        // Cookies are of a host, whatever the port (RFC 6265 §8.5).
        if CookieHost(self.target.entrance(forUpgrade: isUpgrade).host) != CookieHost(self.target.host) { return nil }
        let isCrossSite = credentials == .crossSite
        let (field, withheld) = jar.withLock {
            (
                $0.field(forTarget: target, isCrossSite: isCrossSite),
                $0.withheld(fromTarget: target, isCrossSite: isCrossSite)
            )
        }
        for cookie in withheld { recordWithheld(cookie.name, cookie.reason, requestID) }
        return field
    }

    /// Keeps the cookies of an answer that a browser keeps; the others are recorded.
    func storeCookies(_ setCookies: [String], of requestID: String, requestPath: String, _ leg: RequestLeg) {
        let credentials = profile.credentials(of: leg)
        guard credentials != .none else { return }
        let now = Int64(Date().timeIntervalSince1970)
        for field in setCookies.prefix(CookieJar.limit) {
            let reason = jar.withLock {
                $0.store(
                    setCookie: field, requestPath: requestPath, isCrossSite: credentials == .crossSite, now: now)
            }
            if let reason { recordWithheld(SetCookieField.name(in: field), reason, requestID) }
        }
    }

    private func recordWithheld(_ name: String, _ reason: CookieWithheld.Reason, _ requestID: String) {
        record(.cookieWithheld(CookieWithheld(requestID: requestID, name: String(name.prefix(256)), reason: reason)))
    }

    /// A generator of its own, drawn from the client's randomness.
    func drawGenerator() -> ClientRandom { draw { ClientRandom(seed: $0.next(), name: "") } }

    func factory(within limit: Duration, forUpgrade isUpgrade: Bool = false) -> ConnectionFactory {
        let profile = profile
        let endpoint = target.entrance(forUpgrade: isUpgrade).endpoint
        return ConnectionFactory(target: endpoint, source: source, limit: limit)
            .over(outward: profile.requestDelay, inward: profile.answerDelay)
    }
}

/// A place for a connection that outlives a request; clients that share a slot share the connection.
public final class ConnectionSlot: Sendable {
    private let state = Mutex<(id: String, connection: HTTPConnection)?>(nil)

    /// An empty slot.
    public init() {}

    /// The connection in it, if it still lives.
    var live: (id: String, connection: HTTPConnection)? {
        state.withLock { state in
            if let held = state, !held.connection.isOpen { state = nil }
            return state
        }
    }

    func put(_ id: String, _ connection: HTTPConnection) { state.withLock { $0 = (id, connection) } }

    /// Closes what is in it.
    public func close() async {
        let held = state.withLock { state in
            defer { state = nil }
            return state
        }
        await held?.connection.close()
    }
}
