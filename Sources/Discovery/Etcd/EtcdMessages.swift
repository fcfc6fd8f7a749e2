import Foundation

/// The messages of etcd's JSON gateway, as far as we need them (etcd 3.4, `rpc.proto` and `kv.proto`): keys and values in
/// Base64, 64-bit numbers as strings, and what is zero or empty left out.
enum EtcdMessages {
    /// A 64-bit number.
    struct Number: Codable, Sendable, Equatable {
        var value: Int64

        init(_ value: Int64) { self.value = value }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let value = Int64(text), value >= 0, text.utf8.count <= 19 else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
            }
            self.value = value
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(String(value))
        }
    }

    struct Header: Decodable, Sendable { var revision: Number? }

    // MARK: What is asked

    struct Grant: Encodable {
        enum CodingKeys: String, CodingKey { case timeToLive = "TTL" }
        var timeToLive: Number
    }
    struct Lease: Encodable {
        enum CodingKeys: String, CodingKey { case id = "ID" }
        var id: Number
    }
    struct Put: Encodable {
        var key: Data
        var value: Data
        var lease: Number
    }
    struct Range: Encodable {
        enum CodingKeys: String, CodingKey {
            case key, limit
            case rangeEnd = "range_end"
        }
        var key: Data
        var rangeEnd: Data
        var limit: Number
    }
    struct Watch: Encodable {
        struct Create: Encodable {
            enum CodingKeys: String, CodingKey {
                case key
                case rangeEnd = "range_end"
                case startRevision = "start_revision"
            }
            var key: Data
            var rangeEnd: Data
            var startRevision: Number
        }
        enum CodingKeys: String, CodingKey { case create = "create_request" }
        var create: Create
    }

    // MARK: What is answered

    struct Granted: Decodable {
        enum CodingKeys: String, CodingKey { case id = "ID" }
        var id: Number
    }
    struct Stands: Decodable { var header: Header }
    /// Without a time to live there is no such lease.
    struct Kept: Decodable {
        struct Result: Decodable {
            enum CodingKeys: String, CodingKey { case timeToLive = "TTL" }
            var timeToLive: Number?
        }
        var result: Result?
        var error: Refusal?
    }
    struct KeyValue: Decodable {
        enum CodingKeys: String, CodingKey {
            case key, value
            case revision = "mod_revision"
        }
        var key: Data
        var value: Data?
        var revision: Number
    }
    struct Records: Decodable {
        enum CodingKeys: String, CodingKey {
            case header, more
            case records = "kvs"
        }
        var header: Header
        var records: [KeyValue]?
        var more: Bool?
    }
    struct Refusal: Decodable { var message: String }
    struct Watched: Decodable {
        struct Event: Decodable {
            enum Kind: String, Decodable {
                case put = "PUT"
                case delete = "DELETE"
            }
            enum CodingKeys: String, CodingKey {
                case kind = "type"
                case record = "kv"
            }
            var kind: Kind?
            var record: KeyValue
        }
        struct Result: Decodable {
            enum CodingKeys: String, CodingKey {
                case header, created, events
                case isCancelled = "canceled"
                case reason = "cancel_reason"
                case compactedTo = "compact_revision"
            }
            var header: Header?
            var created: Bool?
            var isCancelled: Bool?
            var reason: String?
            var compactedTo: Number?
            var events: [Event]?
        }
        var result: Result?
        var error: Refusal?
    }
}
