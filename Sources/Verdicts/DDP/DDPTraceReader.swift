import DDP
import History

/// Puts the traces of all sessions together, event by event.
struct DDPTraceReader {
    /// Longer payloads are cut in the history, and can't be read.
    private static let excerptBytes = 512

    private var all: [DDPTrace] = []
    private var index: [String: Int] = [:]
    private var speaks: Set<String> = []
    /// Where the call with a key stands.
    private var keys: [String: (trace: Int, call: Int)] = [:]
    /// A node's clock may put an execution a hair before the client's own record.
    private var early: [String: [DDPTrace.Execution]] = [:]

    init(_ sessions: [SessionTrace]) {
        for carrier in sessions {
            let name = carrier.opened.session
            let at = index[name] ?? all.count
            if at == all.count { all.append(DDPTrace(client: carrier.client, session: name)) }
            index[name] = at
            all[at].connections.append(DDPTrace.Connection(carrier: carrier))
        }
    }

    /// Sessions that said `connect` at least once.
    var traces: [DDPTrace] { all.filter { speaks.contains($0.session) } }

    mutating func read(_ event: HistoryEvent) {
        switch (event.actor, event.kind) {
        case (.client, .messageSent(let message)): sent(message, at: event.time)
        case (.client, .messageReceived(let message)): received(message, event)
        case (.client, .scriptStep(let step)) where step.step == ScriptStep.stopStep:
            if let at = index[step.session] { all[at].stoppedAt = event.time }
        case (.node(let nodeID), .messageExecuted(let executed)):
            self.executed(executed, .init(nodeID: nodeID, time: event.time))
        default: break
        }
    }

    private mutating func sent(_ message: Message, at time: HistoryTime) {
        guard message.bytes <= Self.excerptBytes, let at = index[message.session],
            let parsed = try? ClientMessage(parsing: message.payload)
        else { return }
        let moment = DDPTrace.Moment(epoch: message.epoch, time: time)
        switch parsed {
        case .connect: speaks.insert(message.session)
        case .method(let id, _, let params, _):
            if let call = all[at].callIndex[id] { return all[at].calls[call].sends.append(moment) }
            var call = DDPTrace.Call(id: id, key: params.first?.stringValue, sends: [moment])
            let place = all[at].calls.count
            if let key = call.key {
                keys[key] = (at, place)
                call.executions = early.removeValue(forKey: key) ?? []
            }
            all[at].callIndex[id] = place
            all[at].calls.append(call)
        case .sub(let id, let name, let params):
            all[at].mark(subscription: id, orAdd: .init(id: id, name: name, params: params)) { $0.sends.append(moment) }
        case .unsub, .ping, .pong: break
        }
    }

    private mutating func received(_ message: Message, _ event: HistoryEvent) {
        guard speaks.contains(message.session), let at = index[message.session] else { return }
        let moment = DDPTrace.Moment(epoch: message.epoch, time: event.time)
        all[at].lastHeardAt = event.time
        guard message.bytes <= Self.excerptBytes else { return }
        do throws(DDPError) {
            all[at].hear(try ServerMessage(parsing: message.payload), moment)
        } catch {
            // Objects without "msg" are legal, such as the {"server_id":"0"} of old servers.
            if error.reason != .unknownMessage(nil) { all[at].unreadable.append(event) }
        }
    }

    private mutating func executed(_ executed: MessageExecuted, _ execution: DDPTrace.Execution) {
        guard executed.bytes <= Self.excerptBytes,
            case .method(_, _, let params, _)? = try? ClientMessage(parsing: executed.payload),
            let key = params.first?.stringValue
        else { return }
        guard let place = keys[key] else { return early[key, default: []].append(execution) }
        all[place.trace].calls[place.call].executions.append(execution)
    }
}

extension DDPTrace {
    fileprivate mutating func hear(_ message: ServerMessage, _ moment: Moment) {
        switch message {
        case .connected:
            guard let at = connections.firstIndex(where: { $0.epoch == moment.epoch }) else { return }
            connections[at].connectedAt = connections[at].connectedAt ?? moment.time
        case .result(let id, _): if let at = callIndex[id] { calls[at].results.append(moment) }
        case .updated(let ids): for at in ids.compactMap({ callIndex[$0] }) { calls[at].updates.append(moment) }
        case .ready(let ids): for id in ids { mark(subscription: id) { $0.readies.append(moment) } }
        case .nosub(let id, _): if let id { mark(subscription: id) { $0.ends.append(moment) } }
        case .added, .changed, .removed, .addedBefore, .movedBefore:
            documents.append(Document(moment: moment, message: message))
        case .ping, .pong, .error, .failed: break
        }
    }

    fileprivate mutating func mark(
        subscription id: String, orAdd new: Subscription? = nil, _ change: (inout Subscription) -> Void
    ) {
        if let at = subscriptions.firstIndex(where: { $0.id == id }) {
            change(&subscriptions[at])
        } else if var new {
            change(&new)
            subscriptions.append(new)
        }
    }
}
