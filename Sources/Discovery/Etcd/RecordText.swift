import Foundation

/// A record as it is written: JSON, whose further keys are passed over. A node that leaves writes so before its lease ends,
/// since the end of a key does not say whether its node left or was lost.
struct RecordText: Codable, Sendable, Equatable {
    private var service: String
    private var url: String
    private var balancer: String?
    /// Present, and true, once the node has left.
    private var left: Bool?

    init(_ endpoint: ServiceEndpoint, hasLeft: Bool = false) {
        service = endpoint.service.text
        url = endpoint.url.text
        balancer = endpoint.balancer?.text
        left = hasLeft ? true : nil
    }

    /// The record's bytes.
    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Reads what stands at a key; what is no record of this key is refused.
    static func read(_ value: Data, at text: String, _ keys: EtcdKeys, limit: Int) -> RegistryChange.What {
        let key = keys.key(text)
        do throws(RecordError) {
            guard value.count <= limit else { throw .tooLong(key: text, bytes: value.count, limit: limit) }
            guard let key, let record = try? JSONDecoder().decode(RecordText.self, from: value) else {
                throw .unreadable(key: text)
            }
            let endpoint = try ServiceEndpoint(service: record.service, url: record.url, balancer: record.balancer)
            guard endpoint.key == key else { throw .misplaced(key: text, expected: keys.text(endpoint.key)) }
            return record.left == true ? .left(key) : .stands(endpoint)
        } catch {
            return .refused(key, error)
        }
    }
}
