import Clocks
import NIOCore
import NIOHTTP1
import Wire

/// One request of a client and its answer: does what ``ExchangeMachine`` decides, with the client's connection and a
/// node's.
final class Exchange {
    // What is not checked for exclusive access is used on the event loop only, and no use calls out of what it uses: the
    // machine is a value that knows nobody but what it is given, which does not know this exchange, and a reference is
    // taken or set at once.
    @exclusivity(unchecked) private var machine: ExchangeMachine
    private let rules: RequestRules
    private let snapshot: ProxySnapshot
    private let isAstray: Bool
    /// What a router decided; nil leaves it to the behavior.
    private let routed: RoutedRequest?
    private let pinned: NodeID?
    private let worker: ProxyWorker
    @exclusivity(unchecked) private var client: ClientHandler?
    @exclusivity(unchecked) private var connection: NodeConnection?
    /// Where what nodes have is counted, the place of this request, or the one that it waits for.
    private var place: NodePlace?
    private var ticket: NodePlaces.Ticket?
    private var wakeUp = WakeUp()

    init(
        head: RequestHead, facts: RequestFacts, rules: RequestRules, snapshot: ProxySnapshot, routed: RoutedRequest?,
        pinned: NodeID?, keepsAlive: Bool, client: ClientHandler, worker: ProxyWorker
    ) {
        machine = ExchangeMachine(head, facts: facts, keepsAlive: keepsAlive, under: rules)
        self.rules = rules
        self.snapshot = snapshot
        self.routed = routed
        isAstray = worker.core.leadsAstray(head)
        self.pinned = pinned
        self.client = client
        self.worker = worker
    }

    private var core: ProxyCore { worker.core }

    func start() {
        if case .answer(let answer)? = routed?.course { return perform(machine.failed(.answer(answer))) }
        let (core, snapshot, head) = (core, snapshot, machine.head)
        perform(
            machine.start(
                under: rules, letsUpgrades: snapshot.behavior.upgrade.breaker == nil || core.letsUpgrades,
                kept: snapshot.cache?.answer(to: head)))
    }

    // MARK: Actions

    private func perform(_ actions: consuming ExchangeMachine.Actions) {
        if let report = actions.report { tell(report) }
        if let leave = actions.leave { self.leave(leave) }
        switch actions.step {
        case .none: break
        case .wait: arm()
        case .route(let excluded): route(excluding: excluded)
        case .queue(let node): queue(for: node)
        case .connect(let target, let mayReuse): connect(to: target, mayReuse: mayReuse)
        case .giveBack: break
        case .send(let node, let body, let isComplete): send(to: node, body: body, isComplete: isComplete)
        case .forward(let bytes): connection?.write(bytes)
        case .forwardEnd(let trailers):
            connection?.writeEnd(trailers)
            connection?.flush()
        case .inform(let head):
            client?.write(head)
            client?.flush()
        case .deliverHead(let head):
            arm()
            client?.write(head)
        case .deliver(let bytes): deliver(bytes)
        case .finish(let rest, let trailers, let keepsAlive, let entry):
            if let entry { snapshot.cache?.keep(entry, for: machine.head) }
            finish(rest, trailers, keepsAlive: keepsAlive)
        case .deliverKept(let head, let body, let keepsAlive):
            client?.write(head)
            finish(body, nil, keepsAlive: keepsAlive)
        case .answer(let answer, let mayKeepAlive):
            ticket = nil
            let (client, form, keepsAlive) = (release(), machine.form, mayKeepAlive && !worker.isLeaving)
            if let client {
                answer.write(to: client, headOnly: form.askedForHead, keepsAlive: keepsAlive, isOld: form.isOld)
            }
            client?.finished(self, keepsAlive: keepsAlive)
        case .truncate(let bytes):
            if let bytes, bytes.readableBytes > 0 { client?.write(bytes) }
            release()?.truncate()
        case .abort: release()?.abort()
        case .openTunnel(let head, let node): openTunnel(head, node)
        case .drain: connection?.wantsMore(true)
        }
    }

    private func tell(_ report: ExchangeMachine.Report) {
        switch report {
        case .answered(let node): core.answered(node, to: key)
        case .acceptedUpgrade(let node):
            core.answered(node, to: key)
            if snapshot.behavior.upgrade.breaker != nil { core.acceptedUpgrade() }
        case .refusedUpgrade(let node, let status):
            core.answered(node, to: key)
            core.refusedUpgrade(node, status: status, ofSession: machine.facts.session != nil)
        case .abortedUpgrade(let node): core.abortedUpgrade(node, silentFor: nil)
        }
    }

    private func leave(_ leaving: ExchangeMachine.Leaving) {
        worker.ended(self, on: leaving.node)
        place = nil
        let connection = connection
        self.connection = nil
        connection?.end(reusable: leaving.reusable)
    }

    /// The client, who is not this exchange's any more.
    private func release() -> ClientHandler? {
        defer { client = nil }
        return client
    }

    /// Asks the machine in place: a property of it would be asked of a copy.
    private func ask<Answer>(_ question: (inout ExchangeMachine) -> Answer) -> Answer { question(&machine) }

    /// What affinity goes by.
    private var keys: ShownKeys {
        if case .address = rules.keySource { return ShownKeys(first: client?.addresses.remote?.host[...]) }
        return ask { $0.facts.keys }
    }

    private var key: Substring? { keys.first }

    /// Lets the machine be woken when it wants to be.
    private func arm() {
        wakeUp.set(ask { $0.wakeAt }, on: worker.loop) {
            self.wakeUp.fired()
            self.perform(self.machine.woke(at: .now))
        }
    }

    // MARK: Towards a node

    private func route(excluding excluded: Set<NodeID>) {
        if let routed { return perform(follow(routed, excluding: excluded)) }
        let keys = keys
        var query = ask { machine in
            BalancerMachine.Query(
                key: keys.first, otherKeys: keys.others, session: machine.facts.session, excluded: excluded,
                pinned: pinned, isAstray: isAstray)
        }
        if snapshot.behavior.distribution.order == .leastConnections, let places = snapshot.places {
            query.loads = places.loads
        }
        let route = core.route(query)
        if let node = route.node, let places = snapshot.places {
            place = places.take(on: node, for: use)
            if place == nil {
                let patience = snapshot.limits.queue?.patience
                return perform(machine.foundNoRoom(route, waitingFor: patience, at: .now))
            }
        }
        perform(machine.routed(route, at: .now))
    }

    /// Goes where a router decided.
    private func follow(_ routed: RoutedRequest, excluding excluded: Set<NodeID>) -> ExchangeMachine.Actions {
        guard case .nodes(let names, let failure) = routed.course else { return .none }
        guard let node = core.first(of: names, excluding: excluded) else { return machine.failed(failure) }
        let setsCookie = routed.setsCookie && routed.shown != node.name
        return machine.routed(.node(node.id, setCookie: setsCookie ? node.name : nil), at: .now)
    }

    private var use: NodePlaces.Use { ask { $0.facts.upgrades } ? .tunnel : .request }

    /// Waits until the node has room.
    private func queue(for node: NodeID) {
        let bound = NIOLoopBound(self, eventLoop: worker.loop)
        ticket = snapshot.places?.wait(on: node, for: use) { place in
            bound.eventLoop.execute { bound.value.gotPlace(place) }
        }
        if ticket == nil { return perform(machine.queueIsFull()) }
        arm()
    }

    private func gotPlace(_ place: NodePlace) {
        // It may have been given up meanwhile, and then the next one gets the place.
        guard ticket != nil else { return }
        ticket = nil
        self.place = place
        perform(machine.gotPlace(at: .now))
    }

    private func connect(to target: ExchangeMachine.Target, mayReuse: Bool) {
        worker.began(self, on: target.node)
        if mayReuse, let pooled = worker.pool.take(target.node, repeatable: machine.facts.repeatable) {
            return use(pooled, for: target.attempt)
        }
        arm()
        worker.connect(to: target.node, for: client?.addresses) { connection in
            if let connection { return self.use(connection, for: target.attempt) }
            self.perform(self.machine.connectFailed(target.attempt, at: .now))
        }
    }

    private func use(_ connection: NodeConnection, for attempt: Int) {
        let actions = machine.connected(attempt, at: .now)
        if case .giveBack = actions.step { return connection.end(reusable: true) }
        self.connection = connection
        perform(actions)
    }

    private func send(to node: NodeID, body: [ByteBuffer], isComplete: Bool) {
        guard let client, let connection else { return }
        client.served(by: node)
        arm()
        connection.wantsMore(client.isWritable)
        let request = ForwardedRequest(
            head: machine.head, upgrades: machine.facts.upgrades, client: client.addresses.remote,
            listen: client.addresses.local,
            node: rules.behavior.headers.host == .nodeAddress ? core.node(node).endpoint : nil, routed: routed)
        connection.begin(
            self, core.forwarded(request, under: rules), isChunked: request.head.isChunked,
            asksForHead: machine.form.askedForHead)
        for bytes in body { connection.write(bytes) }
        if isComplete { connection.writeEnd(nil) }
        client.pump()
        // Whoever is taking the client's requests flushes behind the last of them: the body goes with the head.
        if !client.isTaking { connection.flush() }
    }

    // MARK: Towards the client

    private func deliver(_ bytes: ByteBuffer) {
        guard let client else { return }
        client.write(bytes)
        if !client.isWritable { connection?.wantsMore(false) }
    }

    private func finish(_ rest: ByteBuffer?, _ trailers: HTTPHeaders?, keepsAlive: Bool) {
        let client = release()
        if let rest { client?.write(rest) }
        client?.writeEnd(trailers)
        client?.flush()
        client?.finished(self, keepsAlive: keepsAlive)
    }

    private func openTunnel(_ head: ForwardedHead, _ node: NodeID) {
        client?.write(head)
        client?.flush()
        // The client may have left over that.
        guard let client = release(), let connection else { return }
        self.connection = nil
        worker.ended(self, on: node)
        Tunnel.open(
            from: client, to: connection, of: .webSocket, node: node, place: place,
            leftOverLimit: rules.behavior.upgrade.leftOverLimit, worker: worker)
        place = nil
    }

    // MARK: From the client

    /// Whether another part of the request can go on.
    var wantsRequest: Bool { ask { $0.takesRequest } && (connection?.isWritable ?? false) }

    /// Whether the node can't answer before the client has sent more.
    var waitsForBody: Bool { ask { $0.waitsForRequest } && (connection?.isWritable ?? false) }

    func clientSent(_ part: RequestPart) {
        switch part {
        case .head: break
        case .body(let bytes): perform(machine.clientSent(bytes))
        case .end: perform(machine.clientFinished(nil))
        }
    }

    /// The rest of the request doesn't come, or can't be read.
    func refuse(_ answer: LocalAnswer) { perform(machine.clientFailed(answer)) }

    func flushNode() { connection?.flush() }

    func clientTakes(more: Bool) { connection?.wantsMore(more) }

    func clientGone() {
        client = nil
        ticket = nil
        perform(machine.clientGone())
    }

    /// Ends a request that goes on without its client.
    func shutDown() { perform(machine.shutDown()) }

    // MARK: From the node

    func nodeTakesMore() {
        client?.pump()
        connection?.flush()
    }

    func nodeAnswered(_ head: ResponseHead) {
        let (core, snapshot, request) = (core, snapshot, machine.head)
        if worker.isLeaving { ask { $0.endConnection() } }
        if let name = rules.learnedCookie, let value = head.setsCookie(name), let connection {
            core.learned(value[...], from: connection.node)
        }
        perform(
            machine.nodeAnswered(
                head, under: rules, transforms: core.bodyTransforms(head, to: request),
                entry: snapshot.cache?.entry(for: head, to: request)))
    }

    func nodeSent(_ bytes: ByteBuffer) { perform(machine.nodeSent(bytes)) }

    func nodeFinished(_ trailers: HTTPHeaders?) { perform(machine.nodeFinished(trailers)) }

    func flushClient() { client?.flush() }

    func nodeLost() {
        connection = nil
        perform(machine.nodeLost(at: .now))
    }

    func nodeWentDown() { perform(machine.nodeWentDown(at: .now)) }
}
