import Foundation
import NIOCore
import Wire

/// An etcd as a registry: a lane for the node's own record, a lane for readings, and a watch.
final class EtcdRegistry: Registry {
    private let endpoints: [Endpoint]
    private let records: EtcdRecords
    private let timing: DiscoveryTiming
    private let loop: any EventLoop
    private let own: EtcdLane
    private let readings: EtcdLane
    private var watch: EtcdWatch?
    /// The member that the next watch asks: another each time, since one that is cut off from the others says nothing.
    private var watchPlace = 0

    init(_ address: EtcdAddress, _ timing: DiscoveryTiming, _ limits: DiscoveryLimits, on loop: any EventLoop) {
        endpoints = address.endpoints
        records = EtcdRecords(keys: EtcdKeys(prefix: address.prefix), limits: limits)
        self.timing = timing
        self.loop = loop
        own = EtcdLane(endpoints, within: timing.answer, bodyLimit: Self.shortAnswer, on: loop)
        readings = EtcdLane(endpoints, within: timing.answer, bodyLimit: records.answerLimit, on: loop)
    }

    /// Bytes of an answer that holds no records.
    private static let shortAnswer = 64 << 10

    // MARK: The node's own record

    func perform(
        _ call: RegistrationMachine.Call, for endpoint: ServiceEndpoint,
        _ answer: @escaping (RegistrationMachine.Answer) -> Void
    ) {
        switch call {
        case .grant:
            ask("/lease/grant", EtcdMessages.Grant(timeToLive: .init(leaseSeconds)), answer) {
                reply throws(RegistryFailure) in
                .granted(LeaseID(number: try reply.decoded(EtcdMessages.Granted.self).id.value))
            }
        case .put(let lease): put(RecordText(endpoint), endpoint, lease, answer)
        case .renew(let lease):
            ask("/lease/keepalive", EtcdMessages.Lease(id: .init(lease.number)), answer, Self.renewal)
        case .withdraw(let lease):
            put(RecordText(endpoint, hasLeft: true), endpoint, lease) { [self] outcome in
                guard case .stands = outcome else { return answer(outcome == .lost ? .withdrawn : outcome) }
                // What it answers does not matter: the lease ends by itself.
                ask("/lease/revoke", EtcdMessages.Lease(id: .init(lease.number)), { _ in answer(.withdrawn) }) { _ in
                    .withdrawn
                }
            }
        }
    }

    private var leaseSeconds: Int64 {
        let (seconds, rest) = timing.lease.components
        return max(1, seconds + (rest > 0 ? 1 : 0))
    }

    private func put(
        _ record: RecordText, _ endpoint: ServiceEndpoint, _ lease: LeaseID,
        _ answer: @escaping (RegistrationMachine.Answer) -> Void
    ) {
        let value: Data
        do { value = try record.encoded() } catch {
            return answer(.failed(.malformed(by: "the record", "\(error)")))
        }
        let key = Data(records.keys.text(endpoint.key).utf8)
        let message = EtcdMessages.Put(key: key, value: value, lease: .init(lease.number))
        ask("/kv/put", message, answer) { reply throws(RegistryFailure) in
            if reply.saysLeaseIsLost { return .lost }
            let stands = try reply.decoded(EtcdMessages.Stands.self)
            return .stands(revision: stands.header.revision?.value ?? 0)
        }
    }

    private static func renewal(_ reply: EtcdAnswer) throws(RegistryFailure) -> RegistrationMachine.Answer {
        let kept = try reply.decoded(EtcdMessages.Kept.self)
        if let error = kept.error { throw .refused(by: reply.place, status: reply.status, error.message) }
        guard let result = kept.result else { throw .malformed(by: reply.place, "it says nothing of the lease") }
        return (result.timeToLive?.value ?? 0) > 0 ? .renewed : .lost
    }

    private func ask(
        _ path: String, _ message: some Encodable, _ answer: @escaping (RegistrationMachine.Answer) -> Void,
        _ read: @escaping (EtcdAnswer) throws(RegistryFailure) -> RegistrationMachine.Answer
    ) {
        let request: EtcdRequest
        do { request = try EtcdRequest(path, message) } catch {
            return answer(.failed(.malformed(by: "our request", "\(error)")))
        }
        own.ask(request) { result in
            do throws(RegistryFailure) { answer(try read(try result.get())) } catch { answer(.failed(error)) }
        }
    }

    // MARK: The others

    func read(_ answer: @escaping (Result<RegistryReading, RegistryFailure>) -> Void) {
        let request: EtcdRequest
        do { request = try EtcdRequest("/kv/range", records.range) } catch {
            return answer(.failure(.malformed(by: "our request", "\(error)")))
        }
        readings.ask(request) { [records] result in
            do throws(RegistryFailure) {
                let reply = try result.get()
                guard let reading = records.reading(try reply.decoded(EtcdMessages.Records.self)) else {
                    throw .malformed(by: reply.place, "its answer has no revision")
                }
                answer(.success(reading))
            } catch {
                answer(.failure(error))
            }
        }
    }

    func watch(after revision: Int64, _ tell: @escaping (WatchNews) -> Void) {
        endWatch()
        let request: EtcdRequest
        do { request = try EtcdRequest("/watch", records.watch(after: revision)) } catch {
            return tell(.ended(.malformed(by: "our request", "\(error)")))
        }
        let endpoint = endpoints[watchPlace]
        watchPlace = (watchPlace + 1) % endpoints.count
        let watch = EtcdWatch(endpoint, records, tell)
        self.watch = watch
        watch.start(request, to: ConnectionFactory(target: endpoint, limit: timing.answer), on: loop)
    }

    func endWatch() {
        watch?.cut()
        watch = nil
    }

    func shut() {
        endWatch()
        own.shut()
        readings.shut()
    }
}
