import Foundation

/// Makes records of what etcd tells; every key and value may be anybody's.
struct EtcdRecords: Sendable {
    let keys: EtcdKeys
    let limits: DiscoveryLimits

    /// Most bytes of an answer that holds as many records as are kept. What stands around a key and a value is less than
    /// 512 bytes, and Base64 takes four bytes for three.
    var answerLimit: Int { (limits.endpoints + 2) * (512 + (keys.longest + limits.recordBytes + 4) * 4 / 3) }

    /// One record more than are kept, which shows that there are more.
    var range: EtcdMessages.Range {
        EtcdMessages.Range(
            key: Data(keys.start.utf8), rangeEnd: Data(keys.end.utf8), limit: .init(Int64(limits.endpoints) + 1))
    }

    func watch(after revision: Int64) -> EtcdMessages.Watch {
        // Past the last number there is nothing to be told of.
        let next = EtcdMessages.Number(revision == .max ? .max : revision + 1)
        return EtcdMessages.Watch(
            create: .init(key: Data(keys.start.utf8), rangeEnd: Data(keys.end.utf8), startRevision: next))
    }

    func reading(_ records: EtcdMessages.Records) -> RegistryReading? {
        guard let revision = records.header.revision?.value else { return nil }
        var reading = RegistryReading(revision: revision, endpoints: [])
        for record in records.records ?? [] {
            switch read(record) {
            case .stands(let endpoint): reading.endpoints.append(endpoint)
            case .refused(_, let error): reading.refusals.add(error)
            case .left, .gone: break
            }
        }
        if records.more == true { reading.refusals.add(.tooMany(limit: limits.endpoints)) }
        return reading
    }

    func changes(_ events: [EtcdMessages.Watched.Event]) -> [RegistryChange] {
        events.compactMap { event in
            let revision = event.record.revision.value
            guard event.kind == .delete else { return RegistryChange(revision: revision, what: read(event.record)) }
            return keys.key(text(event.record)).map { RegistryChange(revision: revision, what: .gone($0)) }
        }
    }

    private func read(_ record: EtcdMessages.KeyValue) -> RegistryChange.What {
        RecordText.read(record.value ?? Data(), at: text(record), keys, limit: limits.recordBytes)
    }

    private func text(_ record: EtcdMessages.KeyValue) -> String { String(decoding: record.key, as: UTF8.self) }
}
